package io.codonloom.fusion.layer;

import io.codonloom.fusion.kernel.CodonMask;
import io.codonloom.fusion.kernel.Matrices;
import io.codonloom.fusion.kernel.Vectors;
import java.util.List;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * γ ⊙ (x − mean) / √(variance + 10⁻⁵) + β over the features of every codon, {@code [batch, codons,
 * width]}; 0 at codons outside the mask (Ba, Kiros and Hinton, 2016).
 */
public final class LayerNorm extends NativeLayer {
  private static final double EPSILON = 1e-5;

  public LayerNorm(int width) {
    super(width, width);
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.constant("gamma", getNOut(), 1), Parameter.constant("beta", getNOut(), 0));
  }

  @Override
  NativeLayerImplementation<?> newLayer(NeuralNetConfiguration configuration, DataType type) {
    return new Implementation(configuration, type);
  }

  private static final class Implementation extends NativeLayerImplementation<LayerNorm> {
    Implementation(NeuralNetConfiguration configuration, DataType type) {
      super(configuration, type);
    }

    @Override
    INDArray forward(boolean training, LayerWorkspaceMgr workspaces) {
      Vectors values = Vectors.copyOf(input);
      Vectors gamma = Vectors.copyOf(parameter("gamma"));
      Vectors beta = Vectors.copyOf(parameter("beta"));
      int width = width();
      int end = rows() * width;
      for (int at = 0; at < end; at += width) {
        double mean = mean(values, at, width);
        double scale = scale(values, at, width, mean);
        for (int i = 0; i < width; i++) {
          double normalized = (values.get(at + i) - mean) * scale;
          values.set(at + i, gamma.get(i) * normalized + beta.get(i));
        }
      }
      INDArray output = newActivations(workspaces, input.shape());
      values.copyTo(output);
      CodonMask.clearOutside(Matrices.rows(output), maskArray);
      return output;
    }

    @Override
    INDArray backward(INDArray epsilon, LayerWorkspaceMgr workspaces) {
      INDArray masked = Matrices.rows(epsilon);
      CodonMask.clearOutside(masked, maskArray);
      Vectors values = Vectors.copyOf(input);
      Vectors deltas = Vectors.copyOf(masked);
      Vectors gamma = Vectors.copyOf(parameter("gamma"));
      int width = width();
      // In place: values become what γ multiplies in the gradient, deltas the input's gradient.
      int end = rows() * width;
      for (int at = 0; at < end; at += width) {
        backward(values, deltas, gamma, at, width);
      }

      INDArray products = masked.ulike();
      values.copyTo(products);
      Matrices.sumRows(products, gradientOf("gamma"));
      Matrices.sumRows(masked, gradientOf("beta"));
      INDArray next = newEpsilon(workspaces, input.shape());
      deltas.copyTo(next);
      return next;
    }

    private static void backward(Vectors values, Vectors deltas, Vectors gamma, int at, int width) {
      double mean = mean(values, at, width);
      double scale = scale(values, at, width, mean);
      double sum = 0;
      double product = 0;
      for (int i = 0; i < width; i++) {
        double delta = deltas.get(at + i) * gamma.get(i);
        sum += delta;
        product += delta * (values.get(at + i) - mean);
      }
      double meanDelta = sum / width;
      double slope = product * scale / width;
      for (int i = 0; i < width; i++) {
        double delta = deltas.get(at + i);
        double normalized = (values.get(at + i) - mean) * scale;
        values.set(at + i, delta * normalized);
        deltas.set(at + i, scale * (delta * gamma.get(i) - meanDelta - normalized * slope));
      }
    }

    private static double mean(Vectors values, int at, int width) {
      double sum = 0;
      for (int i = 0; i < width; i++) {
        sum += values.get(at + i);
      }
      return sum / width;
    }

    /** 1 / √(variance + ε). */
    private static double scale(Vectors values, int at, int width, double mean) {
      double sum = 0;
      for (int i = 0; i < width; i++) {
        double distance = values.get(at + i) - mean;
        sum += distance * distance;
      }
      return 1 / Math.sqrt(sum / width + EPSILON);
    }

    private int width() {
      return Math.toIntExact(input.size(2));
    }

    private int rows() {
      return Math.toIntExact(input.size(0) * input.size(1));
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArray(
        INDArray mask, MaskState state, int batch) {
      setMaskArray(mask);
      return new Pair<>(mask, state);
    }
  }
}
