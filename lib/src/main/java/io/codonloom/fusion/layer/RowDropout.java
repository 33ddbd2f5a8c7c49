package io.codonloom.fusion.layer;

import io.codonloom.fusion.kernel.DropoutDraw;
import io.codonloom.fusion.kernel.Vectors;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Dropout whose choice depends on nothing but a number that comes with each row, so that it is the
 * same whichever worker meets the row and in whichever batch. While training, each of the features
 * {@code [batch, n]} is kept with probability 1 − rate and then divided by it; otherwise all pass
 * unchanged. The second input {@code [batch, 2]} holds {@link DropoutDraw two whole numbers} a row.
 */
public final class RowDropout extends NativeVertex {
  private final double rate;

  public RowDropout(double rate) {
    this.rate = rate;
  }

  @Override
  public int minVertexInputs() {
    return 2;
  }

  @Override
  public int maxVertexInputs() {
    return 2;
  }

  @Override
  NativeVertexImplementation at(NativeVertexImplementation.Place place) {
    return new Implementation(place, rate);
  }

  private static final class Implementation extends NativeVertexImplementation {
    private final double rate;

    Implementation(Place place, double rate) {
      super(place);
      this.rate = rate;
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
      INDArray kept = newActivations(workspaces, inputs[0].shape()).assign(inputs[0]);
      return training && rate > 0 ? kept.muli(factors()) : kept;
    }

    @Override
    INDArray[] backward(LayerWorkspaceMgr workspaces) {
      INDArray gradient = newEpsilon(workspaces, inputs[0].shape()).assign(epsilon);
      return new INDArray[] {rate > 0 ? gradient.muli(factors()) : gradient, null};
    }

    /** 0 or 1 / (1 − rate) for every feature. */
    private INDArray factors() {
      INDArray factors = Nd4j.create(dataType, inputs[0].shape(), 'c');
      int columns = Math.toIntExact(factors.size(1));
      Vectors values = Vectors.zeros(dataType, factors.length());
      for (int row = 0; row < factors.size(0); row++) {
        long draw = DropoutDraw.of(inputs[1].getLong(row, 0), inputs[1].getLong(row, 1));
        for (int column = 0; column < columns; column++) {
          boolean keep = DropoutDraw.uniform(draw, column) >= rate;
          values.set(row * columns + column, keep ? 1 / (1 - rate) : 0);
        }
      }
      values.copyTo(factors);
      return factors;
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArrays(
        INDArray[] masks, MaskState state, int batch) {
      return new Pair<>(null, state);
    }
  }
}
