package io.codonloom.fusion.layer;

import io.codonloom.fusion.kernel.AttentionHead;
import io.codonloom.fusion.kernel.CodonSpans;
import io.codonloom.fusion.kernel.DropoutDraw;
import io.codonloom.fusion.kernel.Matrices;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * softmax(Q·Kᵀ / √(width / heads))·V for each head's share of the features (Vaswani et al., 2017):
 * from queries {@code [batch, codons, width]}, keys and values {@code [batch, time, width]} and the
 * rows' {@link DropoutDraw numbers} to {@code [batch, codons, width]}. Only an example's own codons
 * ask and are asked. While training each weight is kept with probability 1 − dropout and then
 * divided by it.
 */
public final class MultiHeadAttention extends NativeVertex {
  private final int heads;
  private final double dropout;

  public MultiHeadAttention(int heads, double dropout) {
    this.heads = heads;
    this.dropout = dropout;
  }

  @Override
  public int minVertexInputs() {
    return 4;
  }

  @Override
  public int maxVertexInputs() {
    return 4;
  }

  @Override
  NativeVertexImplementation at(NativeVertexImplementation.Place place) {
    return new Implementation(place, heads, dropout);
  }

  private static final class Implementation extends NativeVertexImplementation {
    private final int heads;
    private final double dropout;
    private INDArray queryMask;
    private INDArray contextMask;

    Implementation(Place place, int heads, double dropout) {
      super(place);
      this.heads = heads;
      this.dropout = dropout;
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
      INDArray found = newActivations(workspaces, inputs[0].shape());
      CodonSpans queries = spans(queryMask, inputs[0]);
      CodonSpans context = spans(contextMask, inputs[1]);
      AttentionHead head = head(training);
      for (int i = 0; i < found.size(0); i++) {
        if (queries.length(i) < found.size(1)) {
          Matrices.example(found, i).assign(0);
        }
        for (int h = 0; h < heads && queries.length(i) > 0; h++) {
          turn(head, queries, context, i, h).forward(share(queries, found, i, h));
        }
      }
      return found;
    }

    @Override
    INDArray[] backward(LayerWorkspaceMgr workspaces) {
      INDArray delta = Matrices.rowMajor(epsilon);
      INDArray[] gradients = new INDArray[inputs.length];
      for (int k = 0; k < 3; k++) {
        gradients[k] = newEpsilon(workspaces, inputs[k].shape()).assign(0);
      }
      CodonSpans queries = spans(queryMask, inputs[0]);
      CodonSpans context = spans(contextMask, inputs[1]);
      AttentionHead head = head(true);
      for (int i = 0; i < delta.size(0); i++) {
        for (int h = 0; h < heads && queries.length(i) > 0; h++) {
          turn(head, queries, context, i, h)
              .backward(
                  share(queries, delta, i, h),
                  share(queries, gradients[0], i, h),
                  share(context, gradients[1], i, h),
                  share(context, gradients[2], i, h));
        }
      }
      return gradients;
    }

    private AttentionHead head(boolean training) {
      return new AttentionHead(
          dataType, inputs[0].size(1), inputs[1].size(1), training ? dropout : 0);
    }

    private AttentionHead turn(
        AttentionHead attention, CodonSpans queries, CodonSpans context, int example, int head) {
      long draw = DropoutDraw.of(inputs[3].getLong(example, 0), inputs[3].getLong(example, 1));
      return attention.on(
          share(queries, Matrices.rowMajor(inputs[0]), example, head),
          share(context, Matrices.rowMajor(inputs[1]), example, head),
          share(context, Matrices.rowMajor(inputs[2]), example, head),
          DropoutDraw.stream(draw, vertexName, head));
    }

    private static CodonSpans spans(INDArray mask, INDArray array) {
      return CodonSpans.of(mask, array.size(0), array.size(1));
    }

    /** A head's share of the features of an example's codons. */
    private INDArray share(CodonSpans spans, INDArray array, int example, int head) {
      long width = array.size(2) / heads;
      return spans.of(array, example, head * width, (head + 1) * width);
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArrays(
        INDArray[] masks, MaskState state, int batch) {
      queryMask = masks == null ? null : masks[0];
      contextMask = masks == null ? null : masks[1];
      return new Pair<>(queryMask, state);
    }

    @Override
    public void clear() {
      super.clear();
      queryMask = null;
      contextMask = null;
    }
  }
}
