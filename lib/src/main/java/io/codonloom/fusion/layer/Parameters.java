package io.codonloom.fusion.layer;

import io.codonloom.fusion.kernel.Vectors;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Cuts a layer's part of the network's parameter vector into its row-major parameters. */
final class Parameters implements ParamInitializer {
  static final Parameters INSTANCE = new Parameters();

  private Parameters() {}

  @Override
  public long numParams(NeuralNetConfiguration configuration) {
    return numParams(configuration.getLayer());
  }

  @Override
  public long numParams(Layer layer) {
    return of(layer).stream().mapToLong(Parameter::length).sum();
  }

  @Override
  public List<String> paramKeys(Layer layer) {
    return of(layer).stream().map(Parameter::name).toList();
  }

  @Override
  public List<String> weightKeys(Layer layer) {
    return of(layer).stream().filter(Parameter::decays).map(Parameter::name).toList();
  }

  @Override
  public List<String> biasKeys(Layer layer) {
    return of(layer).stream().filter(p -> !p.decays()).map(Parameter::name).toList();
  }

  @Override
  public boolean isWeightParam(Layer layer, String key) {
    return weightKeys(layer).contains(key);
  }

  @Override
  public boolean isBiasParam(Layer layer, String key) {
    return biasKeys(layer).contains(key);
  }

  @Override
  public Map<String, INDArray> init(
      NeuralNetConfiguration configuration, INDArray vector, boolean initialize) {
    Layer layer = configuration.getLayer();
    Map<String, INDArray> views = views(layer, vector);
    views.keySet().forEach(configuration::addVariable);
    if (initialize) {
      for (Parameter parameter : of(layer)) {
        // One generator for each parameter: the first values depend on the seed and the name only.
        int name = (layer.getLayerName() + "." + parameter.name()).hashCode();
        fill(
            views.get(parameter.name()),
            parameter,
            new Random(configuration.getSeed() * 31 + name));
      }
    }
    // Deeplearning4j locks its own tables too: listeners may read while training writes.
    return Collections.synchronizedMap(views);
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration configuration, INDArray vector) {
    return views(configuration.getLayer(), vector);
  }

  private static void fill(INDArray view, Parameter parameter, Random random) {
    if (parameter.deviation() == 0) {
      view.assign(parameter.mean());
      return;
    }
    Vectors values = Vectors.zeros(view.dataType(), view.length());
    for (int i = 0; i < view.length(); i++) {
      values.set(i, parameter.mean() + parameter.deviation() * random.nextGaussian());
    }
    values.copyTo(view);
  }

  private static Map<String, INDArray> views(Layer layer, INDArray vector) {
    INDArray flat = vector.reshape(vector.length());
    Map<String, INDArray> views = new LinkedHashMap<>();
    long offset = 0;
    for (Parameter parameter : of(layer)) {
      INDArray part = flat.get(NDArrayIndex.interval(offset, offset + parameter.length()));
      views.put(parameter.name(), part.reshape('c', parameter.dimensions()));
      offset += parameter.length();
    }
    return views;
  }

  private static List<Parameter> of(Layer layer) {
    return ((NativeLayer) layer).parameters();
  }
}
