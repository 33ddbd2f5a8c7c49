package io.codonloom.metric;

import java.util.Map;

/** The accuracy and macro-F1 of samples. */
final class ResampledConfusion implements Resampled {
  private final int classes;
  private final int[] units;

  /** Of each row: class × classes + the class that it was taken for. */
  private final int[] cells;

  ResampledConfusion(SortedRows rows) {
    this.classes = rows.width();
    this.units = rows.units();
    this.cells = new int[units.length];
    for (int row = 0; row < cells.length; row++) {
      int label = (int) rows.labels()[row];
      int taken = Confusion.mostProbable(rows.predictions(), row * classes, classes);
      cells[row] = label * classes + taken;
    }
  }

  @Override
  public void measure(int[] counts, long[] scratch, Map<Metric, Double> values) {
    int[][] confusion = new int[classes][classes];
    int[] flat = new int[classes * classes];
    for (int row = 0; row < cells.length; row++) {
      flat[cells[row]] += counts[units[row]];
    }
    for (int c = 0; c < classes; c++) {
      System.arraycopy(flat, c * classes, confusion[c], 0, classes);
    }
    Confusion sample = new Confusion(confusion);
    values.put(Metric.ACCURACY, sample.accuracy());
    values.put(Metric.MACRO_F1, sample.macroF1());
  }
}
