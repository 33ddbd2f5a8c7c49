package io.codonloom.metric;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How well predictions follow labels; NaN where a metric is not defined, and where a label or a
 * prediction is NaN.
 *
 * <p>For regression labels and predictions are numbers. For classification labels are indices of
 * classes, and predictions hold a probability for each class, row after row.
 */
public enum Metric {
  /** Pearson's correlation of the ranks, ties with their average rank. */
  SPEARMAN {
    @Override
    double defined(double[] labels, double[] predictions) {
      return PEARSON.of(ranks(labels), ranks(predictions));
    }
  },

  /** Pearson's correlation; not defined for fewer than two rows or constant values. */
  PEARSON {
    @Override
    double defined(double[] labels, double[] predictions) {
      if (isConstant(labels) || isConstant(predictions)) {
        return Double.NaN;
      }
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
      // One root at a time: the product of tiny variances may vanish.
      return covariance / Math.sqrt(labelVariance) / Math.sqrt(predictionVariance);
    }
  },

  /** 1 − squared error / squared deviation of the labels; not defined for constant labels. */
  R2 {
    @Override
    double defined(double[] labels, double[] predictions) {
      if (isConstant(labels)) {
        return Double.NaN;
      }
      double mean = mean(labels);
      double total = Arrays.stream(labels).map(x -> (x - mean) * (x - mean)).sum();
      return 1 - MSE.of(labels, predictions) * labels.length / total;
    }
  },

  /** The mean squared error, in squared units of the label; not defined for no rows. */
  MSE {
    @Override
    double defined(double[] labels, double[] predictions) {
      double sum = 0;
      for (int i = 0; i < labels.length; i++) {
        double difference = labels[i] - predictions[i];
        sum += difference * difference;
      }
      return sum / labels.length;
    }
  },

  /** The share of rows whose most probable class is theirs; not defined for no rows. */
  ACCURACY {
    @Override
    double defined(double[] labels, double[] predictions) {
      return labels.length == 0 ? Double.NaN : Confusion.of(labels, predictions).accuracy();
    }
  },

  /**
   * The mean over classes of the harmonic mean of precision and recall, 0 for a class that is never
   * met; classes that are neither among the labels nor among the predictions are left out.
   */
  MACRO_F1 {
    @Override
    double defined(double[] labels, double[] predictions) {
      return labels.length == 0 ? Double.NaN : Confusion.of(labels, predictions).macroF1();
    }
  },

  /**
   * The area under the receiver operating characteristic: the chance that a row of the class gets a
   * higher probability for it than another row, ties counted half. Of the second class where there
   * are two; the mean over all classes, each against the rest, where there are more. Not defined
   * unless every class has a row, and two classes at least.
   */
  AUC {
    @Override
    double defined(double[] labels, double[] predictions) {
      if (labels.length == 0) {
        return Double.NaN;
      }
      int classes = predictions.length / labels.length;
      double sum = 0;
      for (int c = classes == 2 ? 1 : 0; c < classes; c++) {
        sum += auc(labels, predictions, classes, c);
      }
      return classes == 2 ? sum : sum / classes;
    }
  };

  /** The metrics of a regression. */
  public static final List<Metric> REGRESSION = List.of(SPEARMAN, PEARSON, R2, MSE);

  /** The metrics of a classification. */
  public static final List<Metric> CLASSIFICATION = List.of(ACCURACY, MACRO_F1, AUC);

  /** The metric over all rows. */
  public double of(double[] labels, double[] predictions) {
    return holdsNan(labels) || holdsNan(predictions) ? Double.NaN : defined(labels, predictions);
  }

  /** The metric of numbers that are none of them NaN. */
  abstract double defined(double[] labels, double[] predictions);

  /** The name in tables: {@code spearman}, {@code macro-f1}, … */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static boolean holdsNan(double[] values) {
    return Arrays.stream(values).anyMatch(Double::isNaN);
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).sum() / values.length;
  }

  /** Equal values may differ from their own rounded mean: they must not seem to vary. */
  private static boolean isConstant(double[] values) {
    return Arrays.stream(values).allMatch(x -> x == values[0]);
  }

  /** By the sum of ranks (Mann and Whitney, 1947). */
  private static double auc(double[] labels, double[] predictions, int classes, int positive) {
    double[] scores = new double[labels.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = predictions[i * classes + positive];
    }
    double[] ranks = ranks(scores);
    double rankSum = 0;
    double positives = 0;
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] == positive) {
        rankSum += ranks[i];
        positives++;
      }
    }
    double negatives = labels.length - positives;
    // 0 / 0 where one of the two is missing.
    return (rankSum - positives * (positives + 1) / 2) / (positives * negatives);
  }

  /** Ranks from 1, of numbers that are not NaN; equal values share the average of theirs. */
  static double[] ranks(double[] values) {
    Order order = Order.of(values);
    double[] ranks = new double[values.length];
    for (int row = 0; row < ranks.length; row++) {
      int group = order.group()[row];
      int start = group == 0 ? 0 : order.ends()[group - 1];
      ranks[row] = (start + 1 + order.ends()[group]) / 2.0;
    }
    return ranks;
  }
}
