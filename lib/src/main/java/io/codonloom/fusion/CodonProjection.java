package io.codonloom.fusion;

import java.util.List;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * H = tanh(E·W + b) for every codon: {@code [batch, codons, dim]} to {@code [batch, codons, width]}
 * (BioLangFusion, section 2.3). H is 0 at codons outside the mask. Its input is a graph's input: no
 * gradient goes further back.
 */
final class CodonProjection extends NativeLayer {
  CodonProjection(long dim, long width) {
    super(dim, width);
  }

  @Override
  List<Parameter> parameters() {
    return List.of(
        Parameter.weight("W", getNIn(), getNOut()), Parameter.constant("b", getNOut(), 0));
  }

  @Override
  NativeLayerImplementation<?> newLayer(NeuralNetConfiguration configuration, DataType type) {
    return new Implementation(configuration, type);
  }

  private static final class Implementation extends NativeLayerImplementation<CodonProjection> {
    private INDArray projected;

    Implementation(NeuralNetConfiguration configuration, DataType type) {
      super(configuration, type);
    }

    @Override
    INDArray forward(boolean training, LayerWorkspaceMgr workspaces) {
      INDArray weights = parameter("W");
      INDArray output = newActivations(workspaces, input.size(0), input.size(1), weights.size(1));
      INDArray rows = Matrices.rows(output);
      Matrices.multiply(Matrices.rows(input), weights, rows);
      rows.addiRowVector(parameter("b"));
      Transforms.tanh(rows, false);
      CodonMask.clearOutside(rows, maskArray);
      // All activations of a training step live until its backward pass is done.
      projected = training ? output : null;
      return output;
    }

    @Override
    INDArray backward(INDArray epsilon, LayerWorkspaceMgr workspaces) {
      INDArray rows = Matrices.rows(projected);
      INDArray slope = rows.mul(rows).rsubi(1);
      INDArray delta = slope.muli(Matrices.rows(epsilon));
      CodonMask.clearOutside(delta, maskArray);
      Matrices.multiplyTransposedFirst(Matrices.rows(input), delta, gradientOf("W"));
      Matrices.sumRows(delta, gradientOf("b"));
      return null;
    }

    @Override
    public void clear() {
      super.clear();
      projected = null;
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArray(
        INDArray mask, MaskState state, int batch) {
      setMaskArray(mask);
      return new Pair<>(mask, state);
    }
  }
}
