package io.codonloom.encoder.onnx;

import io.codonloom.encoder.Architecture;
import io.codonloom.encoder.EncoderModel;
import io.codonloom.encoder.Precision;
import io.codonloom.encoder.TensorNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes an {@link Architecture} as an ONNX graph from token ids [batch, tokens] to vectors [batch
 * · tokens, width] of single precision, with ONNX Runtime's fused operators.
 *
 * <p>Between the attention blocks the batch is one matrix [batch · tokens, dim], so that a linear
 * layer is one product with the checkpoint's own [out, in] weights.
 *
 * <p>A padded graph takes texts of several lengths. What it gives for padding means nothing: texts
 * are kept from seeing it, and whoever runs the graph leaves it out.
 */
final class EncoderGraph {
  /** The name of the output. */
  static final String VECTORS = "vectors";

  private final Architecture model;
  private final Map<String, List<Long>> shapes;
  private final float[] inverseFrequencies;
  private final Precision precision;
  private final OnnxType type;
  private final OnnxGraph graph = new OnnxGraph();
  private final EmbeddingGraph embedding;

  /**
   * @param padded whether a second input tells texts from padding
   */
  EncoderGraph(EncoderModel model, Precision precision, boolean padded) {
    this.model = model.architecture();
    this.shapes = model.shapes();
    this.inverseFrequencies = model.inverseFrequencies();
    this.precision = precision;
    this.type = precision == Precision.FP16 ? OnnxType.FLOAT16 : OnnxType.FLOAT;
    this.embedding = new EmbeddingGraph(graph, this.model, shapes, type, padded);
  }

  /** The graph up to the given layer's hidden state. */
  OnnxGraph hidden(int layer) {
    return output(layers(layer));
  }

  /**
   * The graph up to the language model's scores.
   *
   * @param decoder the name of the decoder's matrix
   */
  OnnxGraph logits(String decoder) {
    String hidden = layers(model.layers());
    String dense = linear(hidden, "lm_head.dense.weight");
    String activated = graph.fused("BiasGelu", dense, weight("lm_head.dense.bias")).output();
    String normed = normalize(activated, "lm_head.layer_norm");
    return output(linear(normed, decoder, "lm_head.bias"));
  }

  private OnnxGraph output(String vectors) {
    String single = type == OnnxType.FLOAT ? vectors : graph.cast(vectors, OnnxType.FLOAT);
    graph.output(VECTORS, single, "rows", "width");
    return graph;
  }

  private String layers(int last) {
    String embedded = embedding.vectors();
    if (model.embeddingNorm()) {
      embedded = normalize(embedded, "embeddings.layer_norm");
    }
    String shape = graph.node("Shape", embedded).output();
    return layers(flat(embedded), shape, last);
  }

  /**
   * The layers up to {@code last}. Each residual sum, with the bias of the linear layer before it,
   * is one operator with the normalization that follows it.
   */
  private String layers(String embedding, String shape, int last) {
    if (last == 0) {
      return embedding;
    }
    String hidden = embedding;
    String normed = normalize(hidden, TensorNames.layer(0) + "attention.layer_norm");
    for (int layer = 0; ; layer++) {
      String prefix = TensorNames.layer(layer);
      String attended =
          linear(attention(normed, shape, prefix), prefix + "attention.output.dense.weight");
      String[] sums =
          addAndNormalize(
              attended, hidden, prefix + "layer_norm", prefix + "attention.output.dense.bias");
      String forward = feedForward(sums[0], prefix);
      String bias = model.gated() ? OnnxGraph.NONE : prefix + "output.dense.bias";
      boolean end = layer + 1 == model.layers();
      String nextNorm =
          end ? TensorNames.FINAL_NORM : TensorNames.layer(layer + 1) + "attention.layer_norm";
      String[] next = addAndNormalize(forward, sums[1], nextNorm, bias);
      if (layer + 1 == last) {
        return end ? next[0] : next[1];
      }
      normed = next[0];
      hidden = next[1];
    }
  }

  private String attention(String x, String shape, String prefix) {
    List<String> inputs = new ArrayList<>();
    for (String part : List.of("query", "key", "value")) {
      String name = prefix + "attention.self." + part;
      String rows = linear(x, name + ".weight", name + ".bias");
      String vectors = graph.node("Reshape", rows, shape).output();
      inputs.add(model.rotary() && !part.equals("value") ? rotate(vectors) : vectors);
    }
    if (embedding.padded()) {
      inputs.addAll(List.of(OnnxGraph.NONE, OnnxGraph.NONE, embedding.attentionBias()));
    }
    String context =
        graph
            .fused("MultiHeadAttention", inputs.toArray(String[]::new))
            .with("num_heads", model.heads())
            .with("scale", (float) (1 / Math.sqrt(model.headDim())))
            .output();
    return flat(context);
  }

  private String rotate(String x) {
    int half = inverseFrequencies.length;
    int positions = model.maxTokens();
    float[] cos = new float[positions * half];
    float[] sin = new float[positions * half];
    for (int i = 0; i < cos.length; i++) {
      int position = i / half;
      float angle = position * inverseFrequencies[i % half];
      cos[i] = (float) Math.cos(angle);
      sin[i] = (float) Math.sin(angle);
    }
    return graph
        .fused(
            "RotaryEmbedding",
            x,
            graph.integers("offset", 0),
            graph.floats("cos", type, cos, positions, half),
            graph.floats("sin", type, sin, positions, half))
        .with("num_heads", model.heads())
        .output();
  }

  private String feedForward(String x, String prefix) {
    String inner = linear(x, prefix + "intermediate.dense.weight");
    String activated;
    if (model.gated()) {
      String[] halves =
          graph.node("Split", inner).with("axis", -1).with("num_outputs", 2).outputs(0, 1);
      // QuickGelu is x · sigmoid(alpha · x): with alpha = 1 it is SiLU.
      String gate = graph.fused("QuickGelu", halves[0]).with("alpha", 1f).output();
      activated = graph.node("Mul", gate, halves[1]).output();
    } else {
      activated =
          graph.fused("BiasGelu", inner, weight(prefix + "intermediate.dense.bias")).output();
    }
    return linear(activated, prefix + "output.dense.weight");
  }

  /** Gives the normalized sum and the sum itself. */
  private String[] addAndNormalize(String x, String residual, String norm, String bias) {
    List<String> inputs = new ArrayList<>(List.of(x, residual));
    inputs.add(weight(norm + ".weight"));
    inputs.add(weight(norm + ".bias"));
    if (!bias.isEmpty()) {
      inputs.add(weight(bias));
    }
    return graph
        .fused("SkipLayerNormalization", inputs.toArray(String[]::new))
        .with("epsilon", model.epsilon())
        .outputs(0, 3);
  }

  private String normalize(String x, String norm) {
    return graph
        .node("LayerNormalization", x, weight(norm + ".weight"), weight(norm + ".bias"))
        .with("axis", -1)
        .with("epsilon", model.epsilon())
        .output();
  }

  private String linear(String x, String matrix) {
    return linear(x, matrix, OnnxGraph.NONE);
  }

  private String linear(String x, String matrix, String bias) {
    List<String> inputs = new ArrayList<>(List.of(x));
    if (precision == Precision.INT8) {
      List<Long> shape = shapes.get(matrix);
      List<Long> transposed = List.of(shape.get(1), shape.get(0));
      inputs.add(graph.weight(QuantizedMatrix.integers(matrix), OnnxType.INT8, transposed));
      inputs.add(graph.weight(QuantizedMatrix.scales(matrix), OnnxType.FLOAT, shape.subList(0, 1)));
      // Symmetric weights have no zero points. x is quantized by its least and largest number.
      inputs.add(OnnxGraph.NONE);
    } else {
      inputs.add(weight(matrix));
    }
    if (!bias.isEmpty()) {
      inputs.add(weight(bias));
    }
    String[] names = inputs.toArray(String[]::new);
    return precision == Precision.INT8
        ? graph.fused("DynamicQuantizeMatMul", names).output()
        : graph.node("Gemm", names).with("transB", 1).output();
  }

  private String flat(String x) {
    return graph.node("Reshape", x, graph.integers("flat", -1, model.dim())).output();
  }

  private String weight(String name) {
    return graph.weight(name, type, shapes.get(name));
  }
}
