package io.codonloom.fusion.layer;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * λ·(−Σ α ln α) of each example's attention weights {@code [batch, modalities]}, in nats, averaged
 * over the batch (BioLangFusion, section 2.3). The labels are not read.
 */
public final class EntropyPenalty implements ILossFunction {
  /** Keeps the logarithm of a weight that has vanished finite. */
  private static final double TINY = 1e-12;

  private final double weight;

  public EntropyPenalty(double weight) {
    this.weight = weight;
  }

  @Override
  public INDArray computeScoreArray(
      INDArray labels, INDArray alpha, IActivation activation, INDArray mask) {
    return alpha.mul(logarithm(alpha)).sum(true, 1).muli(-weight);
  }

  @Override
  public double computeScore(
      INDArray labels, INDArray alpha, IActivation activation, INDArray mask, boolean average) {
    double sum = computeScoreArray(labels, alpha, activation, mask).sumNumber().doubleValue();
    return average ? sum / alpha.size(0) : sum;
  }

  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray alpha, IActivation activation, INDArray mask) {
    return logarithm(alpha).addi(1).muli(-weight);
  }

  @Override
  public Pair<Double, INDArray> computeGradientAndScore(
      INDArray labels, INDArray alpha, IActivation activation, INDArray mask, boolean average) {
    return new Pair<>(
        computeScore(labels, alpha, activation, mask, average),
        computeGradient(labels, alpha, activation, mask));
  }

  @Override
  public String name() {
    return "entropy";
  }

  private static INDArray logarithm(INDArray alpha) {
    return Transforms.log(Transforms.max(alpha, TINY, true), false);
  }
}
