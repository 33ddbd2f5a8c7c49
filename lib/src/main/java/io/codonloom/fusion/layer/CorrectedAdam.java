package io.codonloom.fusion.layer;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.updaters.AdamUpdater;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Adam with ε added after the bias correction (Kingma and Ba, 2015, algorithm 1), as in PyTorch.
 * Deeplearning4j's adds it before, which makes it 30 times as large in the first step and holds
 * small gradients back.
 */
public final class CorrectedAdam extends Adam {
  private static final long serialVersionUID = 1L;
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  public CorrectedAdam(double learningRate) {
    super(learningRate, BETA1, BETA2, EPSILON);
  }

  @Override
  public GradientUpdater<Adam> instantiate(INDArray state, boolean initialize) {
    Updater updater = new Updater(this);
    INDArray flat = state.reshape(state.length());
    updater.setStateViewArray(flat, new long[] {flat.length() / 2}, 'c', initialize);
    return updater;
  }

  @Override
  public CorrectedAdam clone() {
    return new CorrectedAdam(getLearningRate());
  }

  private static final class Updater extends org.nd4j.linalg.learning.AdamUpdater {
    Updater(Adam config) {
      super(config);
    }

    @Override
    public void applyUpdater(INDArray gradient, int iteration, int epoch) {
      double rate = getConfig().getLearningRate(iteration, epoch);
      double epsilon = EPSILON * Math.sqrt(1 - Math.pow(BETA2, iteration + 1.0));
      INDArray flat = gradient.reshape(gradient.length());
      Nd4j.exec(new AdamUpdater(flat, getV(), getM(), rate, BETA1, BETA2, epsilon, iteration));
    }
  }
}
