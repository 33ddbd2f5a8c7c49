package io.codonloom.config;

import io.codonloom.encoder.EncoderOutput;
import io.codonloom.sequence.OverLong;

/**
 * The language model of one modality.
 *
 * @param checkpoint its directory, on any file system that Hadoop reads
 * @param overLong what happens to a sequence that is longer than the model reads
 * @param maxCodons how many codons the model reads at once; 0 for as many as it can
 * @param overlapCodons how many codons neighbouring windows share
 * @param output the hidden state or the logits
 * @param layer whose hidden state, counted as Hugging Face's {@code hidden_states}; −1 for the last
 */
public record EncoderConfig(
    String checkpoint,
    OverLong overLong,
    int maxCodons,
    int overlapCodons,
    EncoderOutput output,
    int layer) {

  public EncoderConfig {
    if (maxCodons < 0) {
      throw new IllegalArgumentException("max-codons must not be negative, was " + maxCodons);
    }
    if (overlapCodons < 0 || (maxCodons > 0 && overlapCodons >= maxCodons)) {
      throw new IllegalArgumentException(
          "overlap-codons must be 0 or more and less than max-codons, was " + overlapCodons);
    }
    if (layer < -1) {
      throw new IllegalArgumentException("layer must be -1 or more, was " + layer);
    }
    if (output == EncoderOutput.LOGITS && layer != -1) {
      throw new IllegalArgumentException("layer must be -1 for logits, was " + layer);
    }
  }
}
