package io.codonloom.job.embed;

/**
 * What {@code embed} would do in one modality.
 *
 * @param sequences rows of the sequences table, of the dataset
 * @param inputs distinct texts among them
 * @param stored how many of those have an embedding
 * @param quarantined how many cannot be encoded
 * @param codons of all inputs
 * @param shards how many shards hold the inputs
 * @param todo what is left to compute
 */
public record EmbedEstimate(
    long sequences,
    long inputs,
    long stored,
    long quarantined,
    long codons,
    long shards,
    Todo todo) {

  /**
   * The work of the shards that are not stored. They may hold some inputs of other datasets.
   *
   * @param inputs distinct texts
   * @param windowed how many of them are longer than the encoder reads at once
   * @param codons that will get a vector
   * @param shards to write
   * @param bytes of the shards, by a measurement
   * @param tokens of all calls of the model, special ones included; an N takes more in DNA
   * @param shortest tokens of the shortest input; 0 if there is none
   * @param median tokens of the median input
   * @param longest tokens of the longest input
   * @param flops arithmetic of the encoder
   * @param seconds of wall time, by a measurement with all tasks side by side; the start of Spark's
   *     jobs, reading and writing come on top
   */
  public record Todo(
      long inputs,
      long windowed,
      long codons,
      long shards,
      long bytes,
      long tokens,
      long shortest,
      long median,
      long longest,
      double flops,
      double seconds) {}
}
