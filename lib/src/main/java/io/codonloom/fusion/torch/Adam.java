package io.codonloom.fusion.torch;

import io.codonloom.fusion.Optimizer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * Adam over the flat parameters, with ε added after the bias correction and either kind of weight
 * decay: see {@link Optimizer}. Its state lies as in Deeplearning4j: all first moments, then all
 * second ones.
 */
final class Adam implements AutoCloseable {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final Optimizer.Method method;
  private final Parameters parameters;
  private final Tensor moments;
  private final Tensor decay;

  Adam(Optimizer optimizer, Parameters parameters, TensorOptions options) {
    this.method = optimizer.method();
    this.parameters = parameters;
    long length = parameters.layout().length();
    moments =
        Scopes.freeing(
            () -> torch.zeros(new long[] {2 * length}, options).<Tensor>retainReference());
    decay =
        optimizer.weightDecay() == 0
            ? null
            : Scopes.freeing(() -> decay(optimizer.weightDecay()).<Tensor>retainReference());
  }

  /** c at each weight, 0 elsewhere. */
  private Tensor decay(double weightDecay) {
    Tensor decay = torch.zeros_like(parameters.values());
    for (ParameterLayout.Entry entry : parameters.layout().entries()) {
      if (entry.decays()) {
        decay.narrow(0, entry.offset(), entry.length()).fill_(Tensors.scalar(weightDecay));
      }
    }
    return decay;
  }

  /** Both moments of every parameter, {@code [2n]}. */
  Tensor moments() {
    return moments;
  }

  /**
   * One step; inside a NoGradGuard.
   *
   * @param gradient of the mean loss, {@code [n]}; overwritten
   * @param step counted from 1
   */
  void step(Tensor gradient, double learningRate, int step) {
    Tensor values = parameters.values();
    if (decay != null) {
      switch (method) {
        case ADAM -> gradient.addcmul_(decay, values);
        case ADAMW -> values.addcmul_(decay, values, Tensors.scalar(-learningRate));
      }
    }
    long length = values.size(0);
    Tensor first = moments.narrow(0, 0, length);
    Tensor second = moments.narrow(0, length, length);
    first.lerp_(gradient, Tensors.scalar(1 - BETA1));
    second.mul_(Tensors.scalar(BETA2)).addcmul_(gradient, gradient, Tensors.scalar(1 - BETA2));
    Tensor size =
        second
            .sqrt()
            .div_(Tensors.scalar(Math.sqrt(1 - Math.pow(BETA2, step))))
            .add_(Tensors.scalar(EPSILON));
    values.addcdiv_(first, size, Tensors.scalar(-learningRate / (1 - Math.pow(BETA1, step))));
  }

  @Override
  public void close() {
    moments.close();
    if (decay != null) {
      decay.close();
    }
  }
}
