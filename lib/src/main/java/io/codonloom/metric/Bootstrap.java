package io.codonloom.metric;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Percentile intervals from resampled rows (Efron, 1979).
 *
 * @param samples how many resamplings
 * @param seed of the resampling
 */
public record Bootstrap(int samples, long seed) {
  private static final double LOW = 0.025;
  private static final double HIGH = 0.975;

  /**
   * Each metric with its 95 % interval. Samples in which a metric is not defined are left out;
   * where none is left, or the metric itself is not defined, both ends are NaN.
   *
   * @param predictions one or, of a classification, one for each class, row after row
   * @throws IllegalArgumentException if a label or prediction is not finite
   */
  public List<Score> scores(List<Metric> metrics, double[] labels, double[] predictions) {
    requireFinite("label", labels);
    requireFinite("prediction", predictions);
    int width = labels.length == 0 ? 1 : predictions.length / labels.length;
    double[][] values = new double[metrics.size()][samples];
    SplittableRandom random = new SplittableRandom(seed);
    double[] sampledLabels = new double[labels.length];
    double[] sampledPredictions = new double[predictions.length];
    for (int sample = 0; sample < samples && labels.length > 0; sample++) {
      for (int i = 0; i < labels.length; i++) {
        int row = random.nextInt(labels.length);
        sampledLabels[i] = labels[row];
        System.arraycopy(predictions, row * width, sampledPredictions, i * width, width);
      }
      for (int m = 0; m < metrics.size(); m++) {
        values[m][sample] = metrics.get(m).of(sampledLabels, sampledPredictions);
      }
    }
    return IntStream.range(0, metrics.size())
        .mapToObj(
            m -> {
              Metric metric = metrics.get(m);
              double value = metric.of(labels, predictions);
              double[] defined =
                  Double.isFinite(value)
                      ? Arrays.stream(values[m]).filter(Double::isFinite).sorted().toArray()
                      : new double[0];
              return new Score(
                  metric.id(),
                  value,
                  percentile(defined, LOW),
                  percentile(defined, HIGH),
                  labels.length);
            })
        .toList();
  }

  private static void requireFinite(String what, double[] values) {
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("a " + what + " is " + value);
      }
    }
  }

  /** Linear between the two nearest order statistics. */
  static double percentile(double[] sorted, double share) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    double position = share * (sorted.length - 1);
    int below = (int) Math.floor(position);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
