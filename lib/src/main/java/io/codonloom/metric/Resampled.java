package io.codonloom.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Metrics of samples that are told by how often each unit was drawn. What does not change from
 * sample to sample is prepared once, so that a sample takes time in proportion to the rows, and no
 * memory of its own. Thread-safe.
 */
interface Resampled {
  /**
   * Measures a sample.
   *
   * @param counts how often each unit was drawn
   * @param scratch {@link #scratch()} numbers that may be overwritten
   * @param values gets the metrics, NaN where one is not defined
   */
  void measure(int[] counts, long[] scratch, Map<Metric, Double> values);

  /** How many numbers {@link #measure} needs room for. */
  default int scratch() {
    return 0;
  }

  /** All that these metrics need. */
  static List<Resampled> of(List<Metric> metrics, SortedRows rows) {
    List<Resampled> all = new ArrayList<>();
    if (metrics.contains(Metric.SPEARMAN)) {
      all.add(new ResampledRanks(rows));
    }
    if (metrics.contains(Metric.PEARSON)
        || metrics.contains(Metric.R2)
        || metrics.contains(Metric.MSE)) {
      all.add(new ResampledMoments(rows));
    }
    if (metrics.contains(Metric.ACCURACY) || metrics.contains(Metric.MACRO_F1)) {
      all.add(new ResampledConfusion(rows));
    }
    if (metrics.contains(Metric.AUC)) {
      all.add(new ResampledAuc(rows));
    }
    return all;
  }
}
