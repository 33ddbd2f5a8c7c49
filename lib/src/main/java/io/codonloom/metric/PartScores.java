package io.codonloom.metric;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How well a model does on one part of a split.
 *
 * @param scores over all rows of the part
 * @param confusion how often each class (first index) was taken for each; none for a regression
 * @param by covariate (species, cell type, …) → value → the scores over its rows, where it has
 *     {@value #LEAST_ROWS} rows at least
 */
public record PartScores(
    List<Score> scores, List<List<Integer>> confusion, Map<String, Map<String, List<Score>>> by) {

  /** Fewer rows than these give no score worth an interval. */
  public static final int LEAST_ROWS = 20;

  /**
   * The scores of a part.
   *
   * @param classes how many there are; 0 for a regression
   * @param labels in their own units, or indices of classes
   * @param predictions one for each row or, of a classification, a probability for each class, row
   *     after row
   * @param units of the rows
   * @param covariates each covariate's value in every row, null where there is none
   * @throws IllegalArgumentException if a label or prediction is not finite
   */
  public static PartScores of(
      Bootstrap bootstrap,
      int classes,
      double[] labels,
      double[] predictions,
      Units units,
      Map<String, String[]> covariates) {
    List<Metric> metrics = classes == 0 ? Metric.REGRESSION : Metric.CLASSIFICATION;
    int width = classes == 0 ? 1 : classes;
    Map<String, Map<String, List<Score>>> by = new TreeMap<>();
    covariates.forEach(
        (covariate, values) -> {
          Map<String, List<Score>> scores = new TreeMap<>();
          rowsOf(values)
              .forEach(
                  (value, rows) -> {
                    if (rows.length >= LEAST_ROWS) {
                      scores.put(
                          value,
                          bootstrap.scores(
                              metrics,
                              pick(labels, rows, 1),
                              pick(predictions, rows, width),
                              units.pick(rows)));
                    }
                  });
          by.put(covariate, scores);
        });
    return new PartScores(
        bootstrap.scores(metrics, labels, predictions, units),
        classes == 0 ? List.of() : table(Confusion.of(labels, predictions)),
        by);
  }

  /** The rows of each value. */
  private static Map<String, int[]> rowsOf(String[] values) {
    Map<String, Integer> sizes = new TreeMap<>();
    for (String value : values) {
      if (value != null) {
        sizes.merge(value, 1, Integer::sum);
      }
    }
    Map<String, int[]> rows = new TreeMap<>();
    sizes.forEach((value, size) -> rows.put(value, new int[size]));
    for (int row = values.length - 1; row >= 0; row--) {
      if (values[row] != null) {
        rows.get(values[row])[sizes.merge(values[row], -1, Integer::sum)] = row;
      }
    }
    return rows;
  }

  private static double[] pick(double[] values, int[] rows, int width) {
    double[] picked = new double[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(values, rows[i] * width, picked, i * width, width);
    }
    return picked;
  }

  private static List<List<Integer>> table(Confusion confusion) {
    return Arrays.stream(confusion.counts())
        .map(row -> Arrays.stream(row).boxed().toList())
        .toList();
  }
}
