package io.codonloom.encoder.onnx;

import io.codonloom.encoder.Architecture;
import java.util.List;
import java.util.Map;

/** The inputs of an {@link EncoderGraph}, and what it makes of them before the first layer. */
final class EmbeddingGraph {
  /** The name of the input of tokens' numbers, [batch, tokens]. */
  static final String IDS = "ids";

  /** The name of the padded graph's second input: 1 for tokens, 0 for padding, [batch, tokens]. */
  static final String REAL = "real";

  /**
   * ESM scales embeddings by the share of tokens that training left unmasked: 15 % were chosen, 80
   * % of them masked.
   */
  private static final float UNMASKED_IN_TRAINING = 1 - 0.15f * 0.8f;

  /** So little that padding's share of attention is 0, and still within half precision. */
  private static final float NEVER = -10_000;

  private final OnnxGraph graph;
  private final Architecture model;
  private final Map<String, List<Long>> shapes;
  private final OnnxType type;
  private final boolean padded;
  private final String ids;
  private String attentionBias;

  EmbeddingGraph(
      OnnxGraph graph,
      Architecture model,
      Map<String, List<Long>> shapes,
      OnnxType type,
      boolean padded) {
    this.graph = graph;
    this.model = model;
    this.shapes = shapes;
    this.type = type;
    this.padded = padded;
    this.ids = graph.input(IDS, OnnxType.INT64, "batch", "tokens");
    if (padded) {
      graph.input(REAL, OnnxType.FLOAT, "batch", "tokens");
    }
  }

  boolean padded() {
    return padded;
  }

  /** The tokens' embeddings with their positions, [batch, tokens, dim]. */
  String vectors() {
    String x = graph.node("Gather", weight("embeddings.word_embeddings.weight"), ids).output();
    if (model.tokenDropout()) {
      String factors = tokenDropout();
      x =
          graph
              .node("Mul", x, type == OnnxType.FLOAT ? factors : graph.cast(factors, type))
              .output();
    }
    return model.rotary() ? x : graph.node("Add", x, learnedPositions()).output();
  }

  /**
   * 0 for masked tokens, else (share unmasked in training) / (share unmasked here), [batch, tokens,
   * 1] in single precision.
   */
  private String tokenDropout() {
    String mask = graph.integers("mask", model.maskId());
    String isMask = graph.node("Equal", ids, mask).output();
    String kept = graph.cast(graph.node("Not", isMask).output(), OnnxType.FLOAT);
    String tokens = graph.integers("tokens axis", 1);
    String share;
    if (padded) {
      kept = graph.node("Mul", kept, REAL).output();
      String keptHere = graph.node("ReduceSum", kept, tokens).output();
      share = graph.node("Div", keptHere, graph.node("ReduceSum", REAL, tokens).output()).output();
    } else {
      share = graph.node("ReduceMean", kept, tokens).output();
    }
    String unmasked =
        graph.floats("unmasked", OnnxType.FLOAT, new float[] {UNMASKED_IN_TRAINING}, 1);
    String scale = graph.node("Div", unmasked, share).output();
    String factors = graph.node("Mul", kept, scale).output();
    return graph.node("Unsqueeze", factors, graph.integers("last axis", -1)).output();
  }

  /** [tokens, dim]. */
  private String learnedPositions() {
    String first = graph.integers("first position", Architecture.FIRST_POSITION);
    String end = graph.node("Add", tokenCount(), first).output();
    return graph
        .node("Slice", weight("embeddings.position_embeddings.weight"), first, end)
        .output();
  }

  /** How many tokens the longest text has, [1]. */
  private String tokenCount() {
    return graph.node("Shape", ids).with("start", 1).with("end", 2).output();
  }

  /**
   * What is added to the attention's scores: 0 where a key is a token, {@link #NEVER} where it is
   * padding, [batch, 1, tokens, tokens]. With such a bias in place of the operator's own mask, CUDA
   * keeps the kernel that never holds a batch's scores at once, if the number of tokens is a
   * multiple of 16.
   */
  String attentionBias() {
    if (attentionBias == null) {
      String one = graph.floats("one", OnnxType.FLOAT, new float[] {1}, 1);
      String padding = graph.node("Sub", one, REAL).output();
      String never = graph.floats("never", OnnxType.FLOAT, new float[] {NEVER}, 1);
      String scores = graph.node("Mul", padding, never).output();
      if (type != OnnxType.FLOAT) {
        scores = graph.cast(scores, type);
      }
      String keys =
          graph.node("Unsqueeze", scores, graph.integers("head and query axes", 1, 2)).output();
      String ones = graph.integers("ones", 1, 1);
      String last = graph.integers("keys", 1);
      String shape = graph.node("Concat", ones, tokenCount(), last).with("axis", 0).output();
      attentionBias = graph.node("Expand", keys, shape).output();
    }
    return attentionBias;
  }

  private String weight(String name) {
    return graph.weight(name, type, shapes.get(name));
  }
}
