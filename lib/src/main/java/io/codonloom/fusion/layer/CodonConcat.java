package io.codonloom.fusion.layer;

import io.codonloom.fusion.kernel.Matrices;
import java.util.Collection;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Features side by side: arrays {@code [batch, codons, n_m]} to {@code [batch, codons, Σ n_m]}. Its
 * mask is the union of theirs.
 */
public final class CodonConcat extends NativeVertex {
  /** Adds the vertex behind all of these, in their order; one alone needs none. */
  public static Codons addTo(GraphBuilder graph, Map<String, Codons> parts) {
    Collection<Codons> all = parts.values();
    if (all.size() == 1) {
      return all.iterator().next();
    }
    String name = "side-by-side";
    graph.addVertex(
        name, new CodonConcat(), all.stream().map(Codons::vertex).toArray(String[]::new));
    return new Codons(
        name, all.stream().mapToInt(Codons::width).sum(), all.stream().allMatch(Codons::data));
  }

  @Override
  NativeVertexImplementation at(NativeVertexImplementation.Place place) {
    return new Implementation(place);
  }

  private static final class Implementation extends NativeVertexImplementation {
    Implementation(Place place) {
      super(place);
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
      long width = 0;
      for (INDArray part : inputs) {
        width += part.size(2);
      }
      INDArray whole = newActivations(workspaces, inputs[0].size(0), inputs[0].size(1), width);
      INDArray rows = Matrices.rows(whole);
      long column = 0;
      for (INDArray part : inputs) {
        Matrices.columnRange(rows, column, column + part.size(2)).assign(Matrices.rows(part));
        column += part.size(2);
      }
      return whole;
    }

    @Override
    INDArray[] backward(LayerWorkspaceMgr workspaces) {
      INDArray rows = Matrices.rows(epsilon);
      INDArray[] gradients = new INDArray[inputs.length];
      long column = 0;
      for (int i = 0; i < inputs.length; i++) {
        gradients[i] = newEpsilon(workspaces, inputs[i].shape());
        long end = column + inputs[i].size(2);
        Matrices.rows(gradients[i]).assign(Matrices.columnRange(rows, column, end));
        column = end;
      }
      return gradients;
    }
  }
}
