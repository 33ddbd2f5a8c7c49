package io.codonloom.fusion.layer;

import io.codonloom.fusion.kernel.CodonMask;
import io.codonloom.fusion.kernel.Matrices;
import io.codonloom.fusion.kernel.Maxima;
import io.codonloom.fusion.kernel.Vectors;
import java.util.List;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Every feature's largest value up to an example's last codon: {@code [batch, codons, n]} to {@code
 * [batch, n]}.
 */
public final class MaskedMax extends NativeVertex {
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
    private Maxima maxima;

    Implementation(Place place) {
      super(place);
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
      INDArray codons = Matrices.rowMajor(inputs[0]);
      int[] lengths = CodonMask.lengths(mask, codons.size(0), codons.size(1));
      int columns = Math.toIntExact(codons.size(2));
      maxima = Maxima.of(codons, codons.size(1), lengths, List.of(1), columns);
      INDArray largest = newActivations(workspaces, codons.size(0), codons.size(2));
      maxima.values().copyTo(largest);
      return largest;
    }

    @Override
    INDArray[] backward(LayerWorkspaceMgr workspaces) {
      Vectors deltas = Vectors.copyOf(epsilon);
      INDArray gradient = newEpsilon(workspaces, inputs[0].shape());
      Vectors all = Vectors.zeros(dataType, gradient.length());
      for (int i = 0; i < maxima.size(); i++) {
        all.set(maxima.row(i) * maxima.columns() + i % maxima.columns(), deltas.get(i));
      }
      all.copyTo(gradient);
      return new INDArray[] {gradient};
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
      maxima = null;
    }
  }
}
