package io.codonloom.model;

import java.io.Serializable;
import java.util.stream.DoubleStream;

/**
 * Between labels in their own units and those that the network sees, which have mean 0 and standard
 * deviation 1 on the training part.
 *
 * @param mean of the training labels
 * @param deviation of them, or 1 where they are all equal
 */
public record LabelScaling(double mean, double deviation) implements Serializable {
  public LabelScaling {
    if (!Double.isFinite(mean) || !Double.isFinite(deviation) || !(deviation > 0)) {
      throw new IllegalArgumentException(
          "labels cannot be scaled by mean " + mean + " and deviation " + deviation);
    }
  }

  /** The scaling of these training labels. */
  public static LabelScaling of(double... labels) {
    double mean = DoubleStream.of(labels).average().orElseThrow();
    double variance =
        DoubleStream.of(labels).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
    // Equal labels may differ from their own rounded mean by a few units in the last place.
    double smallest = 1e-12 * Math.abs(mean);
    double deviation = Math.sqrt(variance);
    return new LabelScaling(mean, deviation > smallest ? deviation : 1);
  }

  /** From the label's own units to the network's. */
  public double scale(double label) {
    return (label - mean) / deviation;
  }

  /** From the network's units to the label's own. */
  public double unscale(double scaled) {
    return scaled * deviation + mean;
  }
}
