package io.codonloom.fusion.layer;

import io.codonloom.fusion.kernel.Matrices;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Σ α_m H_m with weights of every codon's own: from {@code [batch, codons, modalities]} and the
 * modalities {@code [batch, codons, width]} to {@code [batch, codons, width]}. A modality that is
 * not there at a codon adds nothing, because its H is 0; the sum's mask is the union of theirs.
 */
public final class CodonWeightedSum extends NativeVertex {
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
      INDArray sum = newActivations(workspaces, inputs[1].shape());
      INDArray rows = Matrices.rows(sum);
      rows.assign(Matrices.rows(inputs[1])).muliColumnVector(weight(1));
      for (int m = 2; m < inputs.length; m++) {
        rows.addi(Matrices.rows(inputs[m]).mulColumnVector(weight(m)));
      }
      return sum;
    }

    @Override
    INDArray[] backward(LayerWorkspaceMgr workspaces) {
      INDArray delta = Matrices.rows(epsilon);
      INDArray[] gradients = new INDArray[inputs.length];
      gradients[0] = newEpsilon(workspaces, inputs[0].shape());
      INDArray weights = Matrices.rows(gradients[0]);
      for (int m = 1; m < inputs.length; m++) {
        gradients[m] = newEpsilon(workspaces, inputs[m].shape());
        INDArray rows = Matrices.rows(gradients[m]);
        delta.muli(Matrices.rows(inputs[m]), rows);
        Matrices.columnRange(weights, m - 1L, m).assign(rows.sum(true, 1));
        rows.assign(delta).muliColumnVector(weight(m));
      }
      return gradients;
    }

    /** A modality's weight at every codon, {@code [batch × codons, 1]}. */
    private INDArray weight(int modality) {
      return Matrices.columnRange(Matrices.rows(inputs[0]), modality - 1L, modality).dup('c');
    }
  }
}
