package io.codonloom.fusion.layer;

import io.codonloom.fusion.kernel.CodonSpans;
import io.codonloom.fusion.kernel.Matrices;
import java.util.Collection;
import java.util.List;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The modalities of an example one after the other without gaps: arrays {@code [batch, codons,
 * width]} to {@code [batch, time, width]}, as long as the longest example needs, with the mask that
 * belongs to it.
 */
public final class AlongTime extends NativeVertex {
  /** Adds the vertex of that name behind all of these, in their order. */
  public static Codons addTo(GraphBuilder graph, String name, Collection<Codons> parts) {
    graph.addVertex(
        name, new AlongTime(), parts.stream().map(Codons::vertex).toArray(String[]::new));
    return Codons.learned(name, parts.iterator().next().width());
  }

  @Override
  NativeVertexImplementation at(NativeVertexImplementation.Place place) {
    return new Implementation(place);
  }

  private static final class Implementation extends NativeVertexImplementation {
    private INDArray[] masks;

    Implementation(Place place) {
      super(place);
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
      List<CodonSpans> spans = spans();
      INDArray joined =
          newActivations(
              workspaces, inputs[0].size(0), CodonSpans.longest(spans), inputs[0].size(2));
      for (int i = 0; i < joined.size(0); i++) {
        INDArray target = Matrices.example(joined, i);
        int at = 0;
        for (int m = 0; m < inputs.length; m++) {
          CodonSpans span = spans.get(m);
          if (span.length(i) > 0) {
            Matrices.rowRange(target, at, at + span.length(i)).assign(span.of(inputs[m], i));
            at += span.length(i);
          }
        }
        if (at < target.size(0)) {
          Matrices.rowRange(target, at, target.size(0)).assign(0);
        }
      }
      return joined;
    }

    @Override
    INDArray[] backward(LayerWorkspaceMgr workspaces) {
      List<CodonSpans> spans = spans();
      INDArray delta = Matrices.rowMajor(epsilon);
      INDArray[] gradients = new INDArray[inputs.length];
      int[] at = new int[Math.toIntExact(delta.size(0))];
      for (int m = 0; m < inputs.length; m++) {
        gradients[m] = newEpsilon(workspaces, inputs[m].shape()).assign(0);
        for (int i = 0; i < at.length; i++) {
          int length = spans.get(m).length(i);
          if (length > 0) {
            INDArray source = Matrices.rowRange(Matrices.example(delta, i), at[i], at[i] + length);
            spans.get(m).of(gradients[m], i).assign(source);
            at[i] += length;
          }
        }
      }
      return gradients;
    }

    private List<CodonSpans> spans() {
      return CodonSpans.of(masks, inputs.length, inputs[0].size(0), inputs[0].size(1));
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArrays(
        INDArray[] arrays, MaskState state, int batch) {
      masks = arrays;
      INDArray any = null;
      for (int m = 0; arrays != null && m < arrays.length; m++) {
        any = arrays[m] != null ? arrays[m] : any;
      }
      if (any == null) {
        return new Pair<>(null, state);
      }
      List<CodonSpans> spans = CodonSpans.of(arrays, arrays.length, any.size(0), any.size(1));
      return new Pair<>(CodonSpans.joinedMask(spans, any), state);
    }

    @Override
    public void clear() {
      super.clear();
      masks = null;
    }
  }
}
