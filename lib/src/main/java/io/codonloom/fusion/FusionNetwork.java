package io.codonloom.fusion;

import io.codonloom.sequence.Modality;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * The graph of a whole network. Inputs, in this order: one {@code [batch, codons, dim]} for each
 * modality with its mask {@code [batch, codons]}, and {@code [batch, 2]} for the dropout ({@link
 * DropoutDraw}). Outputs: the prediction {@code [batch, 1]} and the attention weights {@code
 * [batch, modalities]}.
 */
public final class FusionNetwork {
  /** The input with each row's numbers for the dropout. */
  public static final String DRAWS = "draws";

  /** The output with the prediction, in scaled units. */
  public static final String LABEL = "label";

  /** The output with the attention weights; its loss is the entropy term. */
  public static final String ENTROPY = "entropy";

  /** The layer with the attention weights. */
  public static final String ATTENTION = "attention";

  private FusionNetwork() {}

  /**
   * The configuration of a regression network in single precision.
   *
   * @param dims features per codon of each modality
   * @param seed of the first parameters, not 0
   */
  public static ComputationGraphConfiguration configuration(
      FusionSettings settings, SortedMap<Modality, Integer> dims, Optimizer optimizer, long seed) {
    IUpdater adam = new Adam(optimizer.learningRate(), 0.9, 0.999, 1e-8);
    return configuration(settings, dims, adam, optimizer.weightDecay(), seed, DataType.FLOAT);
  }

  static ComputationGraphConfiguration configuration(
      FusionSettings settings,
      SortedMap<Modality, Integer> dims,
      IUpdater updater,
      double weightDecay,
      long seed,
      DataType type) {
    if (dims.isEmpty()) {
      throw new IllegalArgumentException("a network needs at least one modality");
    }
    NeuralNetConfiguration.Builder defaults =
        new NeuralNetConfiguration.Builder().seed(seed).dataType(type).updater(updater);
    if (weightDecay > 0) {
      defaults.l2(weightDecay);
    }
    GraphBuilder graph = defaults.graphBuilder();
    Map<String, Integer> inputs = new LinkedHashMap<>();
    dims.forEach((modality, dim) -> inputs.put(modality.id(), dim));
    graph.addInputs(inputs.keySet());
    graph.addInputs(DRAWS);

    String fused =
        switch (settings.fusion()) {
          case MIL -> MilFusion.addTo(graph, settings, inputs);
        };
    switch (settings.head()) {
      case TEXT_CNN -> TextCnnHead.addTo(graph, settings, fused);
    }
    return graph.setOutputs(LABEL, ENTROPY).build();
  }

  /** Every parameter of a network by {@code layer.parameter}: views, in the network's own order. */
  public static Map<String, INDArray> parameters(ComputationGraph network) {
    Map<String, INDArray> parameters = new LinkedHashMap<>();
    for (Layer layer : network.getLayers()) {
      layer
          .paramTable()
          .forEach(
              (name, values) ->
                  parameters.put(layer.conf().getLayer().getLayerName() + "." + name, values));
    }
    return parameters;
  }

  /** The names and shapes that {@link #parameters} would give, without allocating anything. */
  public static Map<String, List<Long>> parameterShapes(ComputationGraphConfiguration network) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    network
        .getVertices()
        .forEach(
            (name, vertex) -> {
              if (vertex instanceof LayerVertex layerVertex) {
                shapes(name, layerVertex.getLayerConf().getLayer(), shapes);
              }
            });
    return shapes;
  }

  private static void shapes(
      String name, org.deeplearning4j.nn.conf.layers.Layer layer, Map<String, List<Long>> shapes) {
    if (layer instanceof NativeLayer own) {
      own.parameters()
          .forEach(parameter -> shapes.put(name + "." + parameter.name(), parameter.shape()));
    } else if (layer instanceof OutputLayer output) {
      shapes.put(name + ".W", List.of(output.getNIn(), output.getNOut()));
      shapes.put(name + ".b", List.of(output.getNOut()));
    }
  }
}
