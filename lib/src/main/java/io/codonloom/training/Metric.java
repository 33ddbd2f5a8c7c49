package io.codonloom.training;

import java.util.Arrays;
import java.util.Locale;

/** How well predictions follow labels. NaN where a metric is not defined. */
public enum Metric {
  /** Pearson's correlation of the ranks, ties with their average rank. */
  SPEARMAN {
    @Override
    public double of(double[] labels, double[] predictions) {
      return PEARSON.of(ranks(labels), ranks(predictions));
    }
  },

  /** Pearson's correlation; not defined for fewer than two rows or constant values. */
  PEARSON {
    @Override
    public double of(double[] labels, double[] predictions) {
      double labelMean = mean(labels);
      double predictionMean = mean(predictions);
      double covariance = 0;
      double labelVariance = 0;
      double predictionVariance = 0;
      for (int i = 0; i < labels.length; i++) {
        double x = labels[i] - labelMean;
        double y = predictions[i] - predictionMean;
        covariance += x * y;
        labelVariance += x * x;
        predictionVariance += y * y;
      }
      boolean defined = labelVariance > 0 && predictionVariance > 0;
      return defined ? covariance / Math.sqrt(labelVariance * predictionVariance) : Double.NaN;
    }
  },

  /** 1 − squared error / squared deviation of the labels; not defined for constant labels. */
  R2 {
    @Override
    public double of(double[] labels, double[] predictions) {
      double mean = mean(labels);
      double total = Arrays.stream(labels).map(x -> (x - mean) * (x - mean)).sum();
      double error = MSE.of(labels, predictions) * labels.length;
      return total > 0 ? 1 - error / total : Double.NaN;
    }
  },

  /** The mean squared error, in squared units of the label. */
  MSE {
    @Override
    public double of(double[] labels, double[] predictions) {
      double sum = 0;
      for (int i = 0; i < labels.length; i++) {
        double difference = labels[i] - predictions[i];
        sum += difference * difference;
      }
      return sum / labels.length;
    }
  };

  /** The metric over all rows. */
  public abstract double of(double[] labels, double[] predictions);

  /** The name in tables: {@code spearman}, … */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).sum() / values.length;
  }

  /** Ranks from 1; equal values share the average of theirs. */
  static double[] ranks(double[] values) {
    // Sorting plain numbers and looking ranks up is several times faster than sorting indices.
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double[] rankOf = new double[sorted.length];
    int start = 0;
    while (start < sorted.length) {
      int end = start;
      while (end < sorted.length && Double.compare(sorted[end], sorted[start]) == 0) {
        end++;
      }
      Arrays.fill(rankOf, start, end, (start + 1 + end) / 2.0);
      start = end;
    }
    return Arrays.stream(values).map(x -> rankOf[Arrays.binarySearch(sorted, x)]).toArray();
  }
}
