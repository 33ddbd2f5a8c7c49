package io.codonloom.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Which rows form a batch. Rows of like length come together, so that little is padded: rows are
 * shuffled, cut into pools, sorted by length within a pool and cut into batches, which are shuffled
 * again. Every row is in exactly one batch of an epoch; all batches are full but the last one.
 */
public final class BatchPlan {
  /** Batches in a pool: large enough for little padding, small enough to stay random. */
  private static final int POOL = 32;

  private final int[] rows;
  private final int[] codons;
  private final int batchSize;

  /**
   * @param rows the row numbers to plan for
   * @param codons the length of every row of the data set, by row number
   */
  public BatchPlan(int[] rows, int[] codons, int batchSize) {
    this.rows = rows.clone();
    this.codons = codons;
    this.batchSize = batchSize;
  }

  /** The batches of an epoch; the same for the same seed and epoch. */
  public List<int[]> epoch(long seed, int epoch) {
    SplittableRandom random = new SplittableRandom(seed * 0x9e3779b97f4a7c15L + epoch);
    int[] shuffled = rows.clone();
    for (int i = shuffled.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = shuffled[i];
      shuffled[i] = shuffled[j];
      shuffled[j] = swapped;
    }
    int full = shuffled.length / batchSize * batchSize;
    List<int[]> batches = new ArrayList<>();
    for (int start = 0; start < full; start += POOL * batchSize) {
      int end = Math.min(full, start + POOL * batchSize);
      batches.addAll(byLength(Arrays.copyOfRange(shuffled, start, end)));
    }
    for (int i = batches.size() - 1; i > 0; i--) {
      Collections.swap(batches, i, random.nextInt(i + 1));
    }
    if (full < shuffled.length) {
      batches.add(Arrays.copyOfRange(shuffled, full, shuffled.length));
    }
    return batches;
  }

  /** All rows once, by length: for evaluation, where the order does not matter. */
  public List<int[]> byLength() {
    return byLength(rows);
  }

  /** How many codons a batch has when all its rows are as long as the longest. */
  public long paddedCodons(int[] batch) {
    return (long) batch.length * Arrays.stream(batch).map(row -> codons[row]).max().orElse(0);
  }

  private List<int[]> byLength(int[] some) {
    int[] sorted =
        Arrays.stream(some)
            .boxed()
            .sorted(Comparator.<Integer>comparingInt(row -> codons[row]).thenComparing(row -> row))
            .mapToInt(Integer::intValue)
            .toArray();
    return IntStream.range(0, (sorted.length + batchSize - 1) / batchSize)
        .mapToObj(
            i ->
                Arrays.copyOfRange(
                    sorted, i * batchSize, Math.min(sorted.length, (i + 1) * batchSize)))
        .toList();
  }
}
