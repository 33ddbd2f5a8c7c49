package io.codonloom.fusion.layer;

import io.codonloom.fusion.kernel.CodonMask;
import io.codonloom.fusion.kernel.Matrices;
import io.codonloom.fusion.kernel.Tanh;
import java.util.List;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * f(E·W + b) for every codon: {@code [batch, codons, inputs]} to {@code [batch, codons, outputs]},
 * 0 at codons outside the mask.
 */
public final class CodonLinear extends NativeLayer {
  /** f. */
  public enum Activation {
    IDENTITY,
    TANH,
    RELU
  }

  private final Activation activation;
  private final boolean biased;
  private final boolean data;

  private CodonLinear(Codons input, int outputs, Activation activation, boolean biased) {
    super(input.width(), outputs);
    this.activation = activation;
    this.biased = biased;
    this.data = input.data();
  }

  public static CodonLinear of(Codons input, int outputs, Activation activation) {
    return new CodonLinear(input, outputs, activation, true);
  }

  /** E·W alone. */
  public static CodonLinear unbiased(Codons input, int outputs) {
    return new CodonLinear(input, outputs, Activation.IDENTITY, false);
  }

  @Override
  public List<Parameter> parameters() {
    Parameter weight = Parameter.weight("W", getNIn(), getNOut());
    return biased ? List.of(weight, Parameter.constant("b", getNOut(), 0)) : List.of(weight);
  }

  @Override
  NativeLayerImplementation<?> newLayer(NeuralNetConfiguration configuration, DataType type) {
    return new Implementation(configuration, type);
  }

  private static final class Implementation extends NativeLayerImplementation<CodonLinear> {
    private INDArray activated;

    Implementation(NeuralNetConfiguration configuration, DataType type) {
      super(configuration, type);
    }

    @Override
    INDArray forward(boolean training, LayerWorkspaceMgr workspaces) {
      INDArray weights = parameter("W");
      INDArray output = newActivations(workspaces, input.size(0), input.size(1), weights.size(1));
      INDArray rows = Matrices.rows(output);
      Matrices.multiply(Matrices.rows(input), weights, rows);
      if (layerConf().biased) {
        rows.addiRowVector(parameter("b"));
      }
      switch (layerConf().activation) {
        case TANH -> Tanh.apply(rows);
        case RELU -> Transforms.relu(rows, false);
        case IDENTITY -> {}
      }
      CodonMask.clearOutside(rows, maskArray);
      // All activations of a training step live until its backward pass is done.
      activated = training ? output : null;
      return output;
    }

    @Override
    INDArray backward(INDArray epsilon, LayerWorkspaceMgr workspaces) {
      INDArray delta = slope(Matrices.rows(epsilon));
      CodonMask.clearOutside(delta, maskArray);
      Matrices.multiplyTransposedFirst(Matrices.rows(input), delta, gradientOf("W"));
      if (layerConf().biased) {
        Matrices.sumRows(delta, gradientOf("b"));
      }
      if (layerConf().data) {
        return null;
      }
      INDArray next = newEpsilon(workspaces, input.shape());
      Matrices.multiplyTransposedSecond(delta, parameter("W"), Matrices.rows(next));
      return next;
    }

    /** The gradient before f. */
    private INDArray slope(INDArray epsilon) {
      INDArray rows = Matrices.rows(activated);
      return switch (layerConf().activation) {
        case TANH -> rows.mul(rows).rsubi(1).muli(epsilon);
        case RELU -> rows.gt(0).castTo(dataType).muli(epsilon);
        case IDENTITY -> epsilon;
      };
    }

    @Override
    public void clear() {
      super.clear();
      activated = null;
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArray(
        INDArray mask, MaskState state, int batch) {
      setMaskArray(mask);
      return new Pair<>(mask, state);
    }
  }
}
