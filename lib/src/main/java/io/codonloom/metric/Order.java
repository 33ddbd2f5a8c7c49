package io.codonloom.metric;

import java.util.Arrays;

/**
 * Rows in the order of some numbers, none of them NaN.
 *
 * @param group of each row: which of the distinct numbers it has, from the least one, 0
 * @param ends of the groups: how many rows have that number or a lesser one
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Order(int[] group, int[] ends) {
  static Order of(double[] values) {
    // Sorting plain numbers and looking places up is several times faster than sorting indices.
    // Adding 0 makes −0 and 0 the same number.
    double[] sorted = new double[values.length];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = values[i] + 0.0;
    }
    Arrays.sort(sorted);
    int[] ends = new int[sorted.length];
    int groups = 0;
    for (int i = 0; i < sorted.length; i++) {
      if (i + 1 == sorted.length || sorted[i + 1] != sorted[i]) {
        sorted[groups] = sorted[i];
        ends[groups++] = i + 1;
      }
    }
    int[] group = new int[values.length];
    for (int row = 0; row < group.length; row++) {
      group[row] = Arrays.binarySearch(sorted, 0, groups, values[row] + 0.0);
    }
    return new Order(group, Arrays.copyOf(ends, groups));
  }

  /** The rows in this order, those of one number in their own. */
  int[] rows() {
    int[] next = new int[ends.length + 1];
    System.arraycopy(ends, 0, next, 1, ends.length);
    int[] rows = new int[group.length];
    for (int row = 0; row < rows.length; row++) {
      rows[next[group[row]]++] = row;
    }
    return rows;
  }
}
