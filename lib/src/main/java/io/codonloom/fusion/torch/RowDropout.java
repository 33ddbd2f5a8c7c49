package io.codonloom.fusion.torch;

import io.codonloom.fusion.kernel.DropoutDraw;
import org.bytedeco.pytorch.Tensor;

/** Dropout that depends on nothing but the number that comes with each row. */
record RowDropout(double rate) {
  /** Of features {@code [batch, n]}; all pass where the pass is no training. */
  Tensor of(Pass pass, Tensor features) {
    if (!pass.training() || rate == 0) {
      return features;
    }
    int columns = Math.toIntExact(features.size(1));
    double[] factors = new double[pass.draws().length * columns];
    for (int i = 0; i < factors.length; i++) {
      double uniform = DropoutDraw.uniform(pass.draws()[i / columns], i % columns);
      factors[i] = uniform >= rate ? 1 / (1 - rate) : 0;
    }
    return features.mul(Tensors.of(factors, pass.options(), pass.draws().length, columns));
  }
}
