package io.codonloom.metric;

import java.util.Map;

/** The area under the receiver operating characteristic of samples; see {@link Metric#AUC}. */
final class ResampledAuc implements Resampled {
  private final int classes;

  /** For each class rows in the order of its probability: their units, −1 − unit for its own. */
  private final int[][] units;

  private final int[][] ends;

  ResampledAuc(SortedRows rows) {
    classes = rows.width();
    units = new int[classes][];
    ends = new int[classes][];
    double[] scores = new double[rows.units().length];
    for (int c = first(); c < classes; c++) {
      for (int row = 0; row < scores.length; row++) {
        scores[row] = rows.predictions()[row * classes + c];
      }
      Order order = Order.of(scores);
      ends[c] = order.ends();
      units[c] = order.rows();
      for (int i = 0; i < units[c].length; i++) {
        int row = units[c][i];
        int unit = rows.units()[row];
        units[c][i] = rows.labels()[row] == c ? -1 - unit : unit;
      }
    }
  }

  /** Of two classes the second alone. */
  private int first() {
    return classes == 2 ? 1 : 0;
  }

  @Override
  public void measure(int[] counts, long[] scratch, Map<Metric, Double> values) {
    double sum = 0;
    for (int c = first(); c < classes; c++) {
      sum += area(counts, units[c], ends[c]);
    }
    values.put(Metric.AUC, sum / (classes - first()));
  }

  private static double area(int[] counts, int[] units, int[] ends) {
    double inOrder = 0;
    long positives = 0;
    long negatives = 0;
    int i = 0;
    for (int end : ends) {
      long positive = 0;
      long negative = 0;
      for (; i < end; i++) {
        int unit = units[i];
        if (unit < 0) {
          positive += counts[-1 - unit];
        } else {
          negative += counts[unit];
        }
      }
      inOrder += positive * (negatives + negative / 2.0);
      positives += positive;
      negatives += negative;
    }
    // 0 / 0 where one of the two is missing.
    return inOrder / ((double) positives * negatives);
  }
}
