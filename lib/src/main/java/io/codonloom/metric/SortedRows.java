package io.codonloom.metric;

import java.util.Arrays;

/**
 * Rows sorted by label, their units numbered as they first occur: who walks along the rows finds
 * the units' counts one beside the other in memory, which is most of the time that a sample takes.
 *
 * @param predictions one for each row or, of a classification, one for each class
 * @param units the unit of each row
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SortedRows(double[] labels, double[] predictions, int[] units) {
  static SortedRows of(double[] labels, double[] predictions, Units units) {
    int[] rows = Order.of(labels).rows();
    int width = rows.length == 0 ? 1 : predictions.length / rows.length;
    double[] sortedLabels = new double[rows.length];
    double[] sortedPredictions = new double[predictions.length];
    int[] unitOf = new int[rows.length];
    int[] number = new int[units.count()];
    Arrays.fill(number, -1);
    int next = 0;
    for (int i = 0; i < rows.length; i++) {
      int unit = units.of()[rows[i]];
      if (number[unit] < 0) {
        number[unit] = next++;
      }
      unitOf[i] = number[unit];
      sortedLabels[i] = labels[rows[i]];
      System.arraycopy(predictions, rows[i] * width, sortedPredictions, i * width, width);
    }
    return new SortedRows(sortedLabels, sortedPredictions, unitOf);
  }

  /** How many classes there are, or 1. */
  int width() {
    return labels.length == 0 ? 1 : predictions.length / labels.length;
  }
}
