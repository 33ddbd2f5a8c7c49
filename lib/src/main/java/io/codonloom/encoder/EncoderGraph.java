package io.codonloom.encoder;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes an {@link Architecture} as an ONNX graph from token ids [batch, tokens] to vectors [batch
 * · tokens, width], with ONNX Runtime's fused operators. Nothing is padded or masked.
 *
 * <p>Between the attention blocks the batch is one matrix [batch · tokens, dim], so that a linear
 * layer is one Gemm over the checkpoint's own [out, in] weights.
 */
final class EncoderGraph {
  /** The name of the input. */
  static final String IDS = "ids";

  /** The name of the output. */
  static final String VECTORS = "vectors";

  /**
   * ESM scales embeddings by the share of tokens that training left unmasked: 15 % were chosen, 80
   * % of them masked.
   */
  private static final float UNMASKED_IN_TRAINING = 1 - 0.15f * 0.8f;

  private final Architecture model;
  private final Map<String, List<Long>> shapes;
  private final float[] inverseFrequencies;
  private final OnnxGraph graph = new OnnxGraph();

  /**
   * @param shapes of every tensor that may be read
   * @param inverseFrequencies of the rotary positions, [head width / 2]; empty for learned
   *     positions
   */
  EncoderGraph(Architecture model, Map<String, List<Long>> shapes, float[] inverseFrequencies) {
    this.model = model;
    this.shapes = shapes;
    this.inverseFrequencies = inverseFrequencies;
  }

  /** The graph up to the given layer's hidden state. */
  OnnxGraph hidden(int layer) {
    String ids = graph.integerInput(IDS, "batch", "tokens");
    String embedding = embedding(ids);
    String shape = graph.node("Shape", embedding).output();
    String hidden = layers(flat(embedding), shape, layer);
    graph.floatOutput(VECTORS, hidden, "rows", "width");
    return graph;
  }

  /**
   * The graph up to the language model's scores.
   *
   * @param decoder the name of the decoder's matrix
   */
  OnnxGraph logits(String decoder) {
    String ids = graph.integerInput(IDS, "batch", "tokens");
    String embedding = embedding(ids);
    String shape = graph.node("Shape", embedding).output();
    String hidden = layers(flat(embedding), shape, model.layers());
    String dense = linear(hidden, "lm_head.dense.weight");
    String activated = graph.fused("BiasGelu", dense, weight("lm_head.dense.bias")).output();
    String normed = normalize(activated, "lm_head.layer_norm");
    String scores = linear(normed, decoder, "lm_head.bias");
    graph.floatOutput(VECTORS, scores, "rows", "width");
    return graph;
  }

  private String embedding(String ids) {
    String x = graph.node("Gather", weight("embeddings.word_embeddings.weight"), ids).output();
    if (model.tokenDropout()) {
      x = graph.node("Mul", x, tokenDropout(ids)).output();
    }
    if (!model.rotary()) {
      x = graph.node("Add", x, learnedPositions(ids)).output();
    }
    return model.embeddingNorm() ? normalize(x, "embeddings.layer_norm") : x;
  }

  /** 0 for masked tokens, else (share unmasked in training) / (share unmasked here). */
  private String tokenDropout(String ids) {
    String mask = graph.integers("mask", model.maskId());
    String isMask = graph.node("Equal", ids, mask).output();
    String kept = graph.node("Cast", graph.node("Not", isMask).output()).with("to", 1).output();
    String share = graph.node("ReduceMean", kept, graph.integers("tokens axis", 1)).output();
    String scale =
        graph
            .node("Div", graph.floats("unmasked", new float[] {UNMASKED_IN_TRAINING}, 1), share)
            .output();
    String factors = graph.node("Mul", kept, scale).output();
    return graph.node("Unsqueeze", factors, graph.integers("last axis", -1)).output();
  }

  private String learnedPositions(String ids) {
    String tokens = graph.node("Shape", ids).with("start", 1).with("end", 2).output();
    String first = graph.integers("first position", Architecture.FIRST_POSITION);
    String end = graph.node("Add", tokens, first).output();
    return graph
        .node("Slice", weight("embeddings.position_embeddings.weight"), first, end)
        .output();
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
    String[] parts = new String[3];
    String[] names = {"query", "key", "value"};
    for (int i = 0; i < 3; i++) {
      String name = prefix + "attention.self." + names[i];
      String part = linear(x, name + ".weight", name + ".bias");
      parts[i] = graph.node("Reshape", part, shape).output();
      if (model.rotary() && i < 2) {
        parts[i] = rotate(parts[i]);
      }
    }
    String context =
        graph
            .fused("MultiHeadAttention", parts)
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
            graph.floats("cos", cos, positions, half),
            graph.floats("sin", sin, positions, half))
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
    return graph.node("Gemm", x, weight(matrix)).with("transB", 1).output();
  }

  private String linear(String x, String matrix, String bias) {
    return graph.node("Gemm", x, weight(matrix), weight(bias)).with("transB", 1).output();
  }

  private String flat(String x) {
    return graph.node("Reshape", x, graph.integers("flat", -1, model.dim())).output();
  }

  private String weight(String name) {
    return graph.weight(name, shapes.get(name));
  }
}
