package io.codonloom.job.prepare;

import java.util.List;
import java.util.Map;

/**
 * Everything that {@code prepare} counts. Rows = accepted + refused, and how many rows a table has
 * was counted in its files as written.
 *
 * @param rows data rows of the input
 * @param accepted rows of the labels table
 * @param refused rows of the rejects table
 * @param reasons for each rule, how many rows it refuses; a row with two reasons counts for both
 * @param unknown for rules about values, the first few that refused rows have
 * @param kept for each rule, how many accepted rows break it by leave of its policy
 * @param sequencesGiven distinct sequences among all rows, before any rule
 * @param sequencesAccepted distinct sequences among the accepted rows
 * @param labelsWithoutSequence rows of a FASTA's label file whose id is not in the FASTA
 * @param modalities the sequences table, by modality
 * @param splits the splits table, by split
 */
public record PrepareCounts(
    long rows,
    long accepted,
    long refused,
    Map<String, Long> reasons,
    Map<String, List<String>> unknown,
    Map<String, Long> kept,
    long sequencesGiven,
    long sequencesAccepted,
    long labelsWithoutSequence,
    Map<String, OfModality> modalities,
    Map<String, OfSplit> splits) {

  /**
   * @throws IllegalArgumentException where counts are missing, as in a manifest that was edited
   */
  public PrepareCounts {
    if (reasons == null || kept == null || modalities == null || splits == null) {
      throw new IllegalArgumentException("a part of the counts is missing");
    }
    unknown = unknown == null ? Map.of() : unknown; // Older versions did not collect them.
  }

  /**
   * What one encoder is given.
   *
   * @param sequences rows of the table
   * @param keys distinct encoder inputs
   * @param codons in all rows of the table
   * @param truncatedRows accepted rows of which the encoder reads the beginning only
   * @param windowedRows accepted rows that the encoder reads in windows
   */
  public record OfModality(
      long sequences, long keys, long codons, long truncatedRows, long windowedRows) {}

  /**
   * The parts of one split.
   *
   * @param parts by name
   * @param shared for every two parts, in the order of their names
   */
  public record OfSplit(Map<String, OfPart> parts, List<Shared> shared) {}

  /**
   * What one part holds.
   *
   * @param rows measurements
   * @param sequences distinct coding sequences
   * @param proteins distinct inputs of the protein encoder
   * @param groups distinct values of the group column, 0 without one; of a split by homology, its
   *     families of proteins
   */
  public record OfPart(long rows, long sequences, long proteins, long groups) {}

  /** What two parts have in common: see {@link OfPart}. */
  public record Shared(String first, String second, long sequences, long proteins, long groups) {}

  PrepareCounts withSplits(Map<String, OfSplit> others) {
    return new PrepareCounts(
        rows,
        accepted,
        refused,
        reasons,
        unknown,
        kept,
        sequencesGiven,
        sequencesAccepted,
        labelsWithoutSequence,
        modalities,
        others);
  }
}
