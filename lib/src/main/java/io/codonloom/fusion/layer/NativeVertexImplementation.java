package io.codonloom.fusion.layer;

import io.codonloom.fusion.kernel.CodonMask;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A vertex without parameters at work. */
@SuppressWarnings("overrides") // The library's base class drops the '...' of its interface.
abstract class NativeVertexImplementation extends BaseGraphVertex {
  /** Where a vertex stands: its network, its name and number there, the network's precision. */
  record Place(ComputationGraph graph, String name, int index, DataType type) {}

  NativeVertexImplementation(Place place) {
    super(place.graph(), place.name(), place.index(), null, null, place.type());
  }

  @Override
  public final void setInputs(INDArray... inputs) {
    super.setInputs(inputs);
  }

  /** The gradients of the inputs, in their order. */
  abstract INDArray[] backward(LayerWorkspaceMgr workspaces);

  /** The first input whose mask counts. */
  int firstMasked() {
    return 0;
  }

  /** The union of the inputs' masks: a codon is there if it is in one of them. */
  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArrays(
      INDArray[] masks, MaskState state, int batch) {
    return new Pair<>(CodonMask.union(masks, firstMasked()), state);
  }

  @Override
  public final Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaces) {
    return new Pair<>(null, backward(workspaces));
  }

  @Override
  public boolean hasLayer() {
    return false;
  }

  @Override
  public Layer getLayer() {
    return null;
  }

  @Override
  public void setBackpropGradientsViewArray(INDArray gradients) {
    if (gradients != null) {
      throw new IllegalArgumentException("vertex '" + vertexName + "' has no parameters");
    }
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + "(" + vertexName + ")";
  }

  final INDArray newActivations(LayerWorkspaceMgr workspaces, long... shape) {
    return workspaces.createUninitialized(ArrayType.ACTIVATIONS, dataType, shape, 'c');
  }

  final INDArray newEpsilon(LayerWorkspaceMgr workspaces, long... shape) {
    return workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, shape, 'c');
  }
}
