package io.codonloom.job.embed;

import io.codonloom.encoder.engine.PrecisionError;
import java.util.List;
import java.util.Locale;

/**
 * What {@code embed} found and did in one modality. {@code inputs = stored + computed +
 * quarantined}.
 *
 * @param sequences rows of the sequences table, of the datasets that were embedded
 * @param inputs distinct texts among them
 * @param stored how many of those had an embedding before
 * @param computed how many got theirs now
 * @param quarantined how many have none, because they cannot be encoded
 * @param computedForOthers further inputs of the computed shards, of other datasets
 * @param shards how many shards hold the inputs
 * @param shardsComputed how many of them were written now
 * @param codons of all inputs that have an embedding
 * @param codonsComputed codons that were given a vector now
 * @param bytesComputed size of the shards that were written now
 * @param quarantinedSequences rows of the sequences table with a quarantined input
 * @param precisionError on some of the inputs computed now; null in single precision
 * @param quarantine the first {@value #LISTED} of the quarantined inputs
 */
record EmbedCounts(
    long sequences,
    long inputs,
    long stored,
    long computed,
    long quarantined,
    long computedForOthers,
    long shards,
    long shardsComputed,
    long codons,
    long codonsComputed,
    long bytesComputed,
    long quarantinedSequences,
    PrecisionError precisionError,
    List<Quarantined> quarantine) {

  /** How many quarantined inputs a manifest lists; the store's quarantine has them all. */
  static final int LISTED = 100;

  /**
   * An input without an embedding.
   *
   * @param key of the input
   * @param codons its length
   * @param sequences how many rows of the sequences table have it
   * @param sequenceIds the first of those rows
   * @param reason why it could not be encoded
   */
  record Quarantined(
      String key, int codons, long sequences, List<String> sequenceIds, String reason) {}

  /** In one line for the log. */
  String summary() {
    String done =
        shardsComputed == 0
            ? String.format(Locale.ROOT, "up to date, %,d inputs are stored", stored)
            : String.format(
                Locale.ROOT,
                "%,d inputs computed and %,d stored before; %,d codons, %,.1f MiB in %,d shards written",
                computed,
                stored,
                codonsComputed,
                bytesComputed / (double) (1 << 20),
                shardsComputed);
    return quarantined == 0
        ? done
        : done + String.format(Locale.ROOT, "; %,d inputs in quarantine", quarantined);
  }
}
