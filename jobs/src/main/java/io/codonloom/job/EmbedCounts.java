package io.codonloom.job;

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
    long bytesComputed) {}
