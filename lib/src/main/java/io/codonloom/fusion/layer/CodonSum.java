package io.codonloom.fusion.layer;

import io.codonloom.fusion.kernel.Matrices;
import java.util.List;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Σ f_k·x_k of arrays of one shape; its mask is the union of theirs. */
public final class CodonSum extends NativeVertex {
  private final List<Double> factors;

  /**
   * @param factors f, one for each input
   */
  public CodonSum(List<Double> factors) {
    this.factors = factors;
  }

  @Override
  NativeVertexImplementation at(NativeVertexImplementation.Place place) {
    return new Implementation(place, factors);
  }

  private static final class Implementation extends NativeVertexImplementation {
    private final List<Double> factors;

    Implementation(Place place, List<Double> factors) {
      super(place);
      this.factors = factors;
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
      INDArray sum = newActivations(workspaces, inputs[0].shape());
      inputs[0].muli(factors.get(0), sum);
      for (int k = 1; k < inputs.length; k++) {
        Nd4j.getBlasWrapper()
            .level1()
            .axpy(sum.length(), factors.get(k), flat(inputs[k]), flat(sum));
      }
      return sum;
    }

    @Override
    INDArray[] backward(LayerWorkspaceMgr workspaces) {
      INDArray[] gradients = new INDArray[inputs.length];
      for (int k = 0; k < inputs.length; k++) {
        gradients[k] = newEpsilon(workspaces, epsilon.shape());
        epsilon.muli(factors.get(k), gradients[k]);
      }
      return gradients;
    }

    private static INDArray flat(INDArray array) {
      return Matrices.rowMajor(array).reshape(array.length());
    }
  }
}
