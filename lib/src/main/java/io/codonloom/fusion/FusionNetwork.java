package io.codonloom.fusion;

import io.codonloom.fusion.kernel.DropoutDraw;
import io.codonloom.fusion.layer.CodonUpsampling;
import io.codonloom.fusion.layer.Codons;
import io.codonloom.fusion.layer.NativeLayer;
import io.codonloom.fusion.layer.RowDropout;
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
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/**
 * The graph of a whole network. Inputs, in this order: one {@code [batch, codons, dim]} for each
 * modality with its mask {@code [batch, codons]}, 0 at codons outside of it, and {@code [batch, 2]}
 * for the dropout ({@link DropoutDraw}). Outputs: the prediction, {@code [batch, 1]} in scaled
 * units or {@code [batch, classes]} as probabilities, and, where the network {@linkplain
 * FusionSettings#weighsModalities weighs modalities}, the attention weights {@code [batch,
 * modalities]}.
 */
public final class FusionNetwork {
  /** The input with each row's numbers for the dropout. */
  static final String DRAWS = "draws";

  /** The output with the prediction. */
  public static final String LABEL = "label";

  /** The output with the attention weights; its loss is the entropy term. */
  static final String ENTROPY = "entropy";

  /** The layer with the attention weights. */
  public static final String ATTENTION = "attention";

  private FusionNetwork() {}

  /**
   * The configuration of a network in single precision.
   *
   * @param dims features per codon of each modality
   * @param seed of the first parameters, not 0
   * @throws IllegalArgumentException if the settings do not fit these modalities
   */
  public static ComputationGraphConfiguration configuration(
      FusionSettings settings,
      SortedMap<Modality, Integer> dims,
      Target target,
      Optimizer optimizer,
      long seed) {
    ComputationGraphConfiguration configuration =
        configuration(
            settings,
            dims,
            target,
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .dataType(DataType.FLOAT)
                .updater(optimizer.updater()));
    // Layer by layer: given to the builder of all, the library would apply AdamW's decay twice.
    layers(configuration)
        .values()
        .forEach(
            layer -> {
              if (layer instanceof BaseLayer trained) {
                trained.setRegularization(optimizer.regularization());
              }
            });
    return configuration;
  }

  /**
   * A network with parameters of its own, ready to predict.
   *
   * @param parameters all of them, in the order of {@link ComputationGraph#params}
   */
  public static ComputationGraph of(
      FusionSettings settings,
      SortedMap<Modality, Integer> dims,
      Target target,
      float[] parameters) {
    ComputationGraph network =
        new ComputationGraph(configuration(settings, dims, target, Optimizer.adam(1), 1));
    network.init(Nd4j.createFromArray(parameters).reshape(1, parameters.length), false);
    return network;
  }

  static ComputationGraphConfiguration configuration(
      FusionSettings settings,
      SortedMap<Modality, Integer> dims,
      Target target,
      NeuralNetConfiguration.Builder defaults) {
    settings.requireFit(dims.keySet());
    GraphBuilder graph = defaults.graphBuilder();
    Map<String, Codons> modalities = new LinkedHashMap<>();
    dims.forEach(
        (modality, dim) -> {
          graph.addInputs(modality.id());
          modalities.put(modality.id(), new Codons(modality.id(), dim, true));
        });
    graph.addInputs(DRAWS);
    if (settings.dnaAlignment() == DnaAlignment.TRANSPOSED_CONVOLUTION) {
      modalities.computeIfPresent(
          Modality.DNA.id(), (id, codons) -> CodonUpsampling.addTo(graph, codons));
    }

    Pooled pooled = head(settings).addTo(graph, fusion(settings).addTo(graph, modalities));
    graph.addVertex("dropout", new RowDropout(settings.dropout()), pooled.vertex(), DRAWS);
    graph.addLayer(LABEL, output(target, pooled.width()), "dropout");
    if (settings.weighsModalities()) {
      graph.setOutputs(LABEL, ENTROPY);
    } else {
      graph.setOutputs(LABEL);
    }
    return graph.build();
  }

  private static FusionPart fusion(FusionSettings settings) {
    int width = settings.width();
    return switch (settings.fusion()) {
      case NONE -> new SingleModality();
      case CONCAT -> new ConcatFusion(settings.concat(), width);
      case MIL -> new MilFusion(settings.mil(), width);
      case TOKEN_ATTENTION -> new TokenAttentionFusion(settings.tokenAttention(), width);
      case CROSS_ATTENTION -> new CrossAttentionFusion(settings.crossAttention(), width);
      case VANILLA_CONCAT -> new VanillaConcatFusion(width);
    };
  }

  private static HeadPart head(FusionSettings settings) {
    return switch (settings.head()) {
      case TEXT_CNN -> new TextCnnHead(settings.textCnn());
      case MLP -> new MlpHead(settings.mlp());
      case LSTM -> new LstmHead(settings.lstm());
    };
  }

  private static OutputLayer output(Target target, int inputs) {
    INDArray classWeights =
        target.classWeights().isEmpty()
            ? null
            : Nd4j.createFromArray(target.classWeights().toArray(Double[]::new));
    return new OutputLayer.Builder(
            target.regression() ? new LossMSE() : new LossMCXENT(classWeights))
        .nIn(inputs)
        .nOut(target.outputs())
        .activation(target.regression() ? Activation.IDENTITY : Activation.SOFTMAX)
        .build();
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
    layers(network).forEach((name, layer) -> shapes(name, layer, shapes));
    return shapes;
  }

  private static Map<String, org.deeplearning4j.nn.conf.layers.Layer> layers(
      ComputationGraphConfiguration network) {
    Map<String, org.deeplearning4j.nn.conf.layers.Layer> layers = new LinkedHashMap<>();
    network
        .getVertices()
        .forEach(
            (name, vertex) -> {
              if (vertex instanceof LayerVertex layerVertex) {
                layers.put(name, layerVertex.getLayerConf().getLayer());
              }
            });
    return layers;
  }

  private static void shapes(
      String name, org.deeplearning4j.nn.conf.layers.Layer layer, Map<String, List<Long>> shapes) {
    if (layer instanceof NativeLayer own) {
      own.parameters()
          .forEach(parameter -> shapes.put(name + "." + parameter.name(), parameter.shape()));
    } else if (layer instanceof LSTM lstm) {
      long gates = 4 * lstm.getNOut();
      shapes.put(name + ".W", List.of(lstm.getNIn(), gates));
      shapes.put(name + ".RW", List.of(lstm.getNOut(), gates));
      shapes.put(name + ".b", List.of(gates));
    } else if (layer instanceof DenseLayer || layer instanceof OutputLayer) {
      FeedForwardLayer linear = (FeedForwardLayer) layer;
      shapes.put(name + ".W", List.of(linear.getNIn(), linear.getNOut()));
      shapes.put(name + ".b", List.of(linear.getNOut()));
    }
  }
}
