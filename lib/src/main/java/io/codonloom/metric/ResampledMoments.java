package io.codonloom.metric;

import java.util.Map;

/** Pearson's correlation, R² and the mean squared error of samples. */
final class ResampledMoments implements Resampled {
  private final double[] labels;
  private final double[] predictions;
  private final int[] units;

  ResampledMoments(SortedRows rows) {
    this.labels = rows.labels();
    this.predictions = rows.predictions();
    this.units = rows.units();
  }

  @Override
  public void measure(int[] counts, long[] scratch, Map<Metric, Double> values) {
    long rows = 0;
    int first = -1;
    double labelSum = 0;
    double predictionSum = 0;
    for (int i = 0; i < units.length; i++) {
      int times = counts[units[i]];
      first = first < 0 && times > 0 ? i : first;
      rows += times;
      labelSum += times * labels[i];
      predictionSum += times * predictions[i];
    }
    double labelMean = labelSum / rows;
    double predictionMean = predictionSum / rows;
    double covariance = 0;
    double labelVariance = 0;
    double predictionVariance = 0;
    double error = 0;
    // Equal values may differ from their own rounded mean: they must not seem to vary.
    boolean labelsVary = false;
    boolean predictionsVary = false;
    for (int i = 0; i < units.length; i++) {
      int times = counts[units[i]];
      double x = labels[i] - labelMean;
      double y = predictions[i] - predictionMean;
      double difference = labels[i] - predictions[i];
      covariance += times * x * y;
      labelVariance += times * x * x;
      predictionVariance += times * y * y;
      error += times * difference * difference;
      labelsVary |= times > 0 && labels[i] != labels[first];
      predictionsVary |= times > 0 && predictions[i] != predictions[first];
    }
    values.put(
        Metric.PEARSON,
        labelsVary && predictionsVary
            ? covariance / Math.sqrt(labelVariance) / Math.sqrt(predictionVariance)
            : Double.NaN);
    values.put(Metric.R2, labelsVary ? 1 - error / labelVariance : Double.NaN);
    values.put(Metric.MSE, error / rows);
  }
}
