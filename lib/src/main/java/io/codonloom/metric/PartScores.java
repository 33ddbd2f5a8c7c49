package io.codonloom.metric;

import java.util.ArrayList;
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
   * @param covariates each covariate's value in every row, null where there is none
   * @throws IllegalArgumentException if a label or prediction is not finite
   */
  public static PartScores of(
      Bootstrap bootstrap,
      int classes,
      double[] labels,
      double[] predictions,
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
                    if (rows.size() >= LEAST_ROWS) {
                      scores.put(
                          value,
                          bootstrap.scores(
                              metrics, pick(labels, rows, 1), pick(predictions, rows, width)));
                    }
                  });
          by.put(covariate, scores);
        });
    return new PartScores(
        bootstrap.scores(metrics, labels, predictions),
        classes == 0 ? List.of() : table(Confusion.of(labels, predictions)),
        by);
  }

  private static Map<String, List<Integer>> rowsOf(String[] values) {
    Map<String, List<Integer>> rows = new TreeMap<>();
    for (int row = 0; row < values.length; row++) {
      if (values[row] != null) {
        rows.computeIfAbsent(values[row], value -> new ArrayList<>()).add(row);
      }
    }
    return rows;
  }

  private static double[] pick(double[] values, List<Integer> rows, int width) {
    double[] picked = new double[rows.size() * width];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(values, rows.get(i) * width, picked, i * width, width);
    }
    return picked;
  }

  private static List<List<Integer>> table(Confusion confusion) {
    return Arrays.stream(confusion.counts())
        .map(row -> Arrays.stream(row).boxed().toList())
        .toList();
  }
}
