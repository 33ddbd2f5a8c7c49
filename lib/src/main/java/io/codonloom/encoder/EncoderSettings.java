package io.codonloom.encoder;

import java.io.Serializable;

/**
 * How an encoder runs.
 *
 * @param output the hidden state or the logits
 * @param layer whose hidden state, counted as Hugging Face's {@code hidden_states}: 0 is the
 *     embedding, the number of layers is the last one's after the final normalization; −1 for the
 *     last. Logits are always the last layer's.
 * @param precision of the arithmetic
 * @param threads of ONNX Runtime for one call
 */
public record EncoderSettings(EncoderOutput output, int layer, Precision precision, int threads)
    implements Serializable {
  public EncoderSettings {
    if (layer < -1) {
      throw new IllegalArgumentException("layer must be -1 or more, was " + layer);
    }
    if (output == EncoderOutput.LOGITS && layer != -1) {
      throw new IllegalArgumentException("layer must be -1 for logits, was " + layer);
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, was " + threads);
    }
  }
}
