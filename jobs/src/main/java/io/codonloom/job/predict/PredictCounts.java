package io.codonloom.job.predict;

import java.util.Map;

/**
 * Everything that {@code predict} counts. Rows = predicted + refused.
 *
 * @param rows data rows of the input
 * @param predicted rows with a prediction
 * @param refused all other rows
 * @param reasons for each rule, how many rows it refuses; a row with two reasons counts for both
 * @param notScored refused rows that pass the rules, but that an encoder or the network cannot read
 * @param sequences distinct sequences that pass the rules
 * @param modalities what became of the encoders' inputs
 */
public record PredictCounts(
    long rows,
    long predicted,
    long refused,
    Map<String, Long> reasons,
    long notScored,
    long sequences,
    Map<String, OfModality> modalities) {

  /**
   * One encoder's work.
   *
   * @param inputs distinct texts
   * @param stored embedded now, into the store
   * @param passing embedded now, and kept nowhere
   */
  public record OfModality(long inputs, long stored, long passing) {}
}
