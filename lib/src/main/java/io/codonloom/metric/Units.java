package io.codonloom.metric;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What a bootstrap draws: rows that a split keeps on one side, since they depend on each other,
 * come into a sample together or not at all.
 *
 * @param name what one is: {@code row}, {@code sequence}, {@code group}, {@code family}
 * @param of each row's unit, from 0
 * @param count how many there are
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Units(String name, int[] of, int count) {
  static final String ROW = "row";

  /** So many rows, each for itself. */
  public static Units rows(int rows) {
    return new Units(ROW, IntStream.range(0, rows).toArray(), rows);
  }

  /**
   * The units of rows, numbered in the order of their ids.
   *
   * @param ids equal for rows of one unit
   */
  public static Units of(String name, long[] ids) {
    long[] sorted = ids.clone();
    Arrays.sort(sorted);
    int count = 0;
    for (int i = 0; i < sorted.length; i++) {
      if (i == 0 || sorted[i] != sorted[i - 1]) {
        sorted[count++] = sorted[i];
      }
    }
    int[] of = new int[ids.length];
    for (int row = 0; row < of.length; row++) {
      of[row] = Arrays.binarySearch(sorted, 0, count, ids[row]);
    }
    return new Units(name, of, count);
  }

  /** The units of some of the rows. */
  Units pick(int[] rows) {
    return of(name, Arrays.stream(rows).mapToLong(row -> of[row]).toArray());
  }
}
