package io.codonloom.fusion.layer;

import io.codonloom.fusion.kernel.Matrices;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Σ α_m H_m at every codon: from weights {@code [batch, modalities]} and the modalities {@code
 * [batch, codons, width]} to {@code [batch, codons, width]}. A modality that ends before the others
 * adds nothing there, because its H is 0; the sum's mask is the union of theirs.
 */
public final class WeightedSum extends NativeVertex {
  @Override
  public int minVertexInputs() {
    return 2;
  }

  @Override
  NativeVertexImplementation at(NativeVertexImplementation.Place place) {
    return new Implementation(place);
  }

  private static final class Implementation extends NativeVertexImplementation {
    Implementation(Place place) {
      super(place);
    }

    /** The weights have none. */
    @Override
    int firstMasked() {
      return 1;
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
      INDArray weights = inputs[0];
      INDArray sum = newActivations(workspaces, inputs[1].shape());
      for (long i = 0; i < sum.size(0); i++) {
        INDArray target = flat(sum, i);
        scale(flat(inputs[1], i), weights.getDouble(i, 0), target);
        for (int m = 1; m < weights.size(1); m++) {
          Nd4j.getBlasWrapper()
              .level1()
              .axpy(target.length(), weights.getDouble(i, m), flat(inputs[m + 1], i), target);
        }
      }
      return sum;
    }

    @Override
    INDArray[] backward(LayerWorkspaceMgr workspaces) {
      INDArray weights = inputs[0];
      INDArray gradient = Matrices.rowMajor(epsilon);
      INDArray[] gradients = new INDArray[inputs.length];
      gradients[0] = newEpsilon(workspaces, weights.shape());
      for (int m = 0; m < weights.size(1); m++) {
        gradients[m + 1] = newEpsilon(workspaces, inputs[m + 1].shape());
        for (long i = 0; i < weights.size(0); i++) {
          INDArray delta = flat(gradient, i);
          gradients[0].putScalar(i, m, Nd4j.getBlasWrapper().dot(delta, flat(inputs[m + 1], i)));
          scale(delta, weights.getDouble(i, m), flat(gradients[m + 1], i));
        }
      }
      return gradients;
    }

    private static void scale(INDArray source, double factor, INDArray target) {
      source.muli(factor, target);
    }

    private static INDArray flat(INDArray array, long index) {
      INDArray example = Matrices.example(Matrices.rowMajor(array), index);
      return example.reshape(example.length());
    }
  }
}
