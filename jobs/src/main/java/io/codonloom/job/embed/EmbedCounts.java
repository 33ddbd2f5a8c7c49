package io.codonloom.job.embed;

import java.util.Locale;

/**
 * What {@code embed} found and did in one modality. {@code inputs = stored + computed}.
 *
 * @param sequences rows of the sequences table, of the datasets that were embedded
 * @param inputs distinct texts among them
 * @param stored how many of those had an embedding before
 * @param computed how many got theirs now
 * @param computedForOthers further inputs of the computed shards, of other datasets
 * @param shards how many shards hold the inputs
 * @param shardsComputed how many of them were written now
 * @param codons of all inputs
 * @param codonsComputed codons that were given a vector now
 * @param bytesComputed size of the shards that were written now
 */
record EmbedCounts(
    long sequences,
    long inputs,
    long stored,
    long computed,
    long computedForOthers,
    long shards,
    long shardsComputed,
    long codons,
    long codonsComputed,
    long bytesComputed) {

  /** In one line for the log. */
  String summary() {
    return shardsComputed == 0
        ? String.format(Locale.ROOT, "up to date, %,d inputs are stored", inputs)
        : String.format(
            Locale.ROOT,
            "%,d inputs computed and %,d stored before; %,d codons, %,.1f MiB in %,d shards written",
            computed,
            stored,
            codonsComputed,
            bytesComputed / (double) (1 << 20),
            shardsComputed);
  }
}
