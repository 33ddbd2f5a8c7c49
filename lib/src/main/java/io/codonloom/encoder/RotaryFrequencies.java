package io.codonloom.encoder;

import io.codonloom.UserException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The inverse frequencies of rotary positions (Su et al., RoFormer, section 3.2.2). */
final class RotaryFrequencies {
  private RotaryFrequencies() {}

  /**
   * The frequencies that the checkpoint holds, or the exact ones. Converted ESM-2 checkpoints hold
   * them rounded to half precision, as the models were trained; exact ones would shift the outputs
   * by some 3e-3.
   *
   * @throws UserException if there are too few or too many, or layers differ in them
   */
  static float[] of(Architecture model, Weights weights, Path directory) {
    int half = model.headDim() / 2;
    float[] stored = null;
    for (int layer = -1; layer < model.layers(); layer++) {
      String prefix = layer < 0 ? "" : TensorNames.layer(layer) + "attention.self.";
      String name = prefix + "rotary_embeddings.inv_freq";
      if (weights.has(name)) {
        weights.require(name, List.of((long) half));
        float[] found = weights.tensor(name).toFloats();
        if (stored != null && !Arrays.equals(stored, found)) {
          throw new UserException(
              "%s: %s differs from the frequencies before it".formatted(directory, name));
        }
        stored = found;
      }
    }
    if (stored != null) {
      return stored;
    }
    float[] exact = new float[half];
    for (int i = 0; i < half; i++) {
      exact[i] = (float) (1 / Math.pow(model.rotaryBase(), 2.0 * i / model.headDim()));
    }
    return exact;
  }
}
