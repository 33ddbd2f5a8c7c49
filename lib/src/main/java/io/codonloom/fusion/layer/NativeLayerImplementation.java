package io.codonloom.fusion.layer;

import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer at work. What forward and backward create without a workspace manager lies in the working
 * memory that the graph opens around each of them, and is gone afterwards.
 */
abstract class NativeLayerImplementation<C extends NativeLayer> extends BaseLayer<C> {
  NativeLayerImplementation(NeuralNetConfiguration configuration, DataType type) {
    super(configuration, type);
  }

  /** The activations of the current input. */
  abstract INDArray forward(boolean training, LayerWorkspaceMgr workspaces);

  /**
   * Writes the gradient of every parameter, summed over the batch, and returns that of the input,
   * or null where nobody needs it. The epsilon may be overwritten.
   */
  abstract INDArray backward(INDArray epsilon, LayerWorkspaceMgr workspaces);

  @Override
  public final INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    return forward(training, workspaces);
  }

  @Override
  public final Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    INDArray next = backward(epsilon, workspaces);
    Gradient gradients = new DefaultGradient();
    for (Map.Entry<String, INDArray> entry : gradientViews.entrySet()) {
      gradients.setGradientFor(entry.getKey(), entry.getValue());
    }
    return new Pair<>(gradients, next);
  }

  @Override
  public final boolean isPretrainLayer() {
    return false;
  }

  @Override
  protected final void setParams(INDArray vector, char order) {
    paramsFlattened.assign(vector.reshape(paramsFlattened.shape()));
  }

  final INDArray parameter(String name) {
    return getParam(name);
  }

  final INDArray gradientOf(String name) {
    return gradientViews.get(name);
  }

  final INDArray newActivations(LayerWorkspaceMgr workspaces, long... shape) {
    return workspaces.createUninitialized(ArrayType.ACTIVATIONS, dataType, shape, 'c');
  }

  final INDArray newEpsilon(LayerWorkspaceMgr workspaces, long... shape) {
    return workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, shape, 'c');
  }
}
