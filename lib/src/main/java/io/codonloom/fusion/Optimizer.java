package io.codonloom.fusion;

import java.io.Serializable;

/**
 * Adam with β₁ 0.9, β₂ 0.999 and ε 1e-8.
 *
 * @param learningRate the first learning rate
 * @param weightDecay c of the L2 term c/2·|W|² whose gradient is added before Adam scales it (as in
 *     the public reimplementation, and unlike AdamW). It acts on weights, never on biases or the
 *     attention's temperature.
 */
public record Optimizer(double learningRate, double weightDecay) implements Serializable {
  public Optimizer {
    if (!(learningRate > 0) || !Double.isFinite(learningRate)) {
      throw new IllegalArgumentException(
          "learning-rate must be a positive number, was " + learningRate);
    }
    if (!(weightDecay >= 0) || !Double.isFinite(weightDecay)) {
      throw new IllegalArgumentException("weight-decay must be at least 0, was " + weightDecay);
    }
  }
}
