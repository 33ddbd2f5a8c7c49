package io.codonloom.config;

import io.codonloom.encoder.EncoderOutput;
import io.codonloom.sequence.OverLong;
import java.io.Serializable;
import java.util.function.UnaryOperator;

/**
 * The language model of one modality.
 *
 * @param checkpoint the folder with config.json, model.safetensors and vocab.txt, on any file
 *     system that Hadoop reads
 * @param overLong what happens to a sequence that is longer than the limit
 * @param maxCodons the longest input in codons; 0 for as long as the model reads
 * @param overlapCodons by how many codons two windows of an over-long sequence overlap
 * @param output hidden states or the language model's logits
 * @param layer whose hidden states, counted as Hugging Face's {@code hidden_states}; −1 for the
 *     last
 */
public record EncoderConfig(
    String checkpoint,
    OverLong overLong,
    int maxCodons,
    int overlapCodons,
    EncoderOutput output,
    int layer)
    implements Serializable {

  public EncoderConfig {
    if (maxCodons < 0) {
      throw new IllegalArgumentException("max-codons must not be negative, was " + maxCodons);
    }
    if (overlapCodons < 0) {
      throw new IllegalArgumentException(
          "overlap-codons must not be negative, was " + overlapCodons);
    }
    if (overLong == OverLong.WINDOW && maxCodons > 0 && overlapCodons >= maxCodons) {
      throw new IllegalArgumentException(
          "overlap-codons must be less than max-codons, was " + overlapCodons);
    }
    if (layer < -1) {
      throw new IllegalArgumentException("layer must be -1 or more, was " + layer);
    }
    if (output == EncoderOutput.LOGITS && layer != -1) {
      throw new IllegalArgumentException("layer must be -1 for logits, was " + layer);
    }
  }

  /** The same with every path made absolute. */
  EncoderConfig located(UnaryOperator<String> absolute) {
    return new EncoderConfig(
        absolute.apply(checkpoint), overLong, maxCodons, overlapCodons, output, layer);
  }
}
