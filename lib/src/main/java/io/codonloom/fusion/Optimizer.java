package io.codonloom.fusion;

import io.codonloom.fusion.layer.CorrectedAdam;
import java.io.Serializable;
import java.util.List;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;

/**
 * Adam with β₁ 0.9, β₂ 0.999 and ε 1e-8.
 *
 * @param method what the weight decay means
 * @param learningRate the first learning rate η
 * @param weightDecay c; it acts on weights, never on biases, LayerNorm's factors or the attention's
 *     temperature
 */
public record Optimizer(Method method, double learningRate, double weightDecay)
    implements Serializable {

  /** The two meanings of weight decay. */
  public enum Method {
    /**
     * The gradient of c/2·|W|² is added before Adam scales it, as in the public reimplementation.
     */
    ADAM,
    /** Each step takes η·c·W off, unscaled (Loshchilov and Hutter, 2019). */
    ADAMW
  }

  public Optimizer {
    if (!(learningRate > 0) || !Double.isFinite(learningRate)) {
      throw new IllegalArgumentException(
          "learning-rate must be a positive number, was " + learningRate);
    }
    if (!(weightDecay >= 0) || !Double.isFinite(weightDecay)) {
      throw new IllegalArgumentException("weight-decay must be at least 0, was " + weightDecay);
    }
  }

  /** Adam without weight decay. */
  public static Optimizer adam(double learningRate) {
    return new Optimizer(Method.ADAM, learningRate, 0);
  }

  IUpdater updater() {
    return new CorrectedAdam(learningRate);
  }

  /** What the weight decay is for Deeplearning4j; new objects for every layer. */
  List<Regularization> regularization() {
    if (weightDecay == 0) {
      return List.of();
    }
    return List.of(
        method == Method.ADAM
            ? new L2Regularization(weightDecay)
            : new WeightDecay(weightDecay, true));
  }
}
