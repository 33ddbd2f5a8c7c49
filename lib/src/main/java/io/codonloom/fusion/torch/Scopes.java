package io.codonloom.fusion.torch;

import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;

/** Where tensors end, and where gradients do. */
final class Scopes {
  private Scopes() {}

  /** Frees at its end every tensor that was made in it and not retained. */
  static <T> T freeing(Supplier<T> work) {
    PointerScope scope = new PointerScope();
    try {
      return work.get();
    } finally {
      scope.close();
    }
  }

  /** What is computed in it has no gradient. */
  static <T> T withoutGradient(Supplier<T> work) {
    NoGradGuard guard = new NoGradGuard();
    try {
      return work.get();
    } finally {
      guard.close();
    }
  }
}
