package io.codonloom.encoder;

import io.codonloom.UserException;
import java.nio.file.Path;

/** The inverse frequencies of rotary positions (Su et al., RoFormer, section 3.2.2). */
final class RotaryFrequencies {
  private RotaryFrequencies() {}

  /**
   * The frequencies that the checkpoint holds, or the exact ones. Converted ESM-2 checkpoints hold
   * them rounded to half precision, as the models were trained; exact ones would shift the outputs
   * by some 3e-3.
   */
  static float[] of(Architecture model, Weights weights, Path directory) {
    int half = model.headDim() / 2;
    for (String prefix : new String[] {"", TensorNames.layer(0) + "attention.self."}) {
      String name = prefix + "rotary_embeddings.inv_freq";
      if (weights.has(name)) {
        float[] stored = weights.tensor(name).toFloats();
        if (stored.length != half) {
          throw new UserException(
              "%s: %s has %d numbers instead of %d"
                  .formatted(directory, name, stored.length, half));
        }
        return stored;
      }
    }
    float[] exact = new float[half];
    for (int i = 0; i < half; i++) {
      exact[i] = (float) (1 / Math.pow(model.rotaryBase(), 2.0 * i / model.headDim()));
    }
    return exact;
  }
}
