package io.codonloom.fusion.layer;

import io.codonloom.fusion.kernel.Matrices;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The mean over the codons inside the mask: {@code [batch, codons, n]} to {@code [batch, n]}; 0 for
 * an example without codons.
 */
public final class MaskedMean extends NativeVertex {
  @Override
  public int maxVertexInputs() {
    return 1;
  }

  @Override
  NativeVertexImplementation at(NativeVertexImplementation.Place place) {
    return new Implementation(place);
  }

  private static final class Implementation extends NativeVertexImplementation {
    private INDArray mask;

    Implementation(Place place) {
      super(place);
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
      INDArray codons = inputs[0];
      INDArray shares = shares(codons);
      INDArray means = newActivations(workspaces, codons.size(0), codons.size(2));
      for (long i = 0; i < codons.size(0); i++) {
        Matrices.multiply(row(shares, i), Matrices.example(codons, i), row(means, i));
      }
      return means;
    }

    @Override
    INDArray[] backward(LayerWorkspaceMgr workspaces) {
      INDArray codons = inputs[0];
      INDArray shares = shares(codons);
      INDArray gradient = newEpsilon(workspaces, codons.shape());
      INDArray means = Matrices.rowMajor(epsilon);
      for (long i = 0; i < codons.size(0); i++) {
        Matrices.multiplyTransposedFirst(
            row(shares, i), row(means, i), Matrices.example(gradient, i));
      }
      return new INDArray[] {gradient};
    }

    /** What each codon counts in its example's mean, {@code [batch, codons]}. */
    private INDArray shares(INDArray codons) {
      if (mask == null) {
        return Nd4j.valueArrayOf(
            new long[] {codons.size(0), codons.size(1)}, 1.0 / codons.size(1), dataType);
      }
      INDArray shares = mask.castTo(dataType).dup('c');
      INDArray counts = shares.sum(1);
      return shares.diviColumnVector(counts.addi(counts.eq(0).castTo(dataType)));
    }

    private static INDArray row(INDArray matrix, long index) {
      return Matrices.rowRange(matrix, index, index + 1);
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArrays(
        INDArray[] masks, MaskState state, int batch) {
      mask = masks == null ? null : masks[0];
      return new Pair<>(null, state);
    }

    @Override
    public void clear() {
      super.clear();
      mask = null;
    }
  }
}
