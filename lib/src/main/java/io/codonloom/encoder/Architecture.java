package io.codonloom.encoder;

import io.codonloom.UserException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The dimensions and options of a pre-LN transformer encoder as the three families share it.
 *
 * @param layers number of layers
 * @param dim width of the hidden state
 * @param heads attention heads
 * @param intermediate width inside the feed-forward block
 * @param vocabulary rows of the word embedding
 * @param epsilon of the layer normalizations
 * @param rotary rotary positions; else a learned table of {@code positions} rows
 * @param positions rows of the learned table, and the bound on a text's length
 * @param gated SwiGLU without bias in place of GELU with
 * @param embeddingNorm whether the embedding is normalized
 * @param tokenDropout whether the embedding is scaled by the training's share of masked tokens
 * @param maskId the number of {@code <mask>}
 * @param rotaryBase of the rotary positions' frequencies
 */
public record Architecture(
    int layers,
    int dim,
    int heads,
    int intermediate,
    int vocabulary,
    float epsilon,
    boolean rotary,
    int positions,
    boolean gated,
    boolean embeddingNorm,
    boolean tokenDropout,
    int maskId,
    double rotaryBase) {

  /** Both RNA-FM and ESM leave the first two rows of a table of positions unused. */
  public static final int FIRST_POSITION = 2;

  static Architecture of(ModelConfig config, Family family, Vocabulary words) {
    int dim = config.integer("hidden_size", 1, 1 << 16);
    int heads = config.integer("num_attention_heads", 1, dim);
    if (dim % heads != 0) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "%s: hidden_size %d is no multiple of num_attention_heads %d",
              words.origin(),
              dim,
              heads));
    }
    boolean rna = family == Family.RNA_FM;
    boolean gated = family == Family.NUCLEOTIDE_TRANSFORMER;
    config.requireOneOf("position_embedding_type", "absolute", "rotary");
    if (!gated) {
      config.requireOneOf("hidden_act", "gelu");
    }
    config.requireOneOf("codon", "false");
    return new Architecture(
        config.integer("num_hidden_layers", 1, 1000),
        dim,
        heads,
        config.integer("intermediate_size", 1, 1 << 20),
        config.integer("vocab_size", words.size(), 1 << 24),
        (float) config.positive("layer_norm_eps", 1e-5),
        config.text("position_embedding_type").equals("rotary"),
        config.integer("max_position_embeddings", FIRST_POSITION + 2, 1 << 24),
        gated,
        rna ? config.flag("embed_norm", true) : config.flag("emb_layer_norm_before", false),
        config.flag("token_dropout", false),
        words.find("<mask>"),
        config.positive("rope_theta", 10_000));
  }

  /** What config.json decides over the numbers, for fingerprints. */
  String description() {
    return String.join(
        ", ",
        layers + " layers",
        "width " + dim,
        heads + " heads",
        "epsilon " + epsilon,
        rotary ? "rotary positions of base " + rotaryBase : "learned positions",
        "at most " + maxTokens() + " tokens",
        gated ? "gated" : "GELU",
        embeddingNorm ? "normalized embedding" : "plain embedding",
        tokenDropout ? "token dropout" : "no token dropout");
  }

  public int headDim() {
    return dim / heads;
  }

  /** The most tokens of one text, special ones included. */
  public int maxTokens() {
    return positions - FIRST_POSITION;
  }

  /** See {@link Checkpoint#flops}. */
  long flops(long tokens) {
    long projections = 8L * dim * dim;
    long feedForward = (gated ? 6L : 4L) * dim * intermediate;
    return layers * tokens * (projections + feedForward + 4 * tokens * dim);
  }

  /** Every tensor of the encoder proper with its shape, by {@link TensorNames canonical} name. */
  Map<String, List<Long>> tensors() {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    add(shapes, "embeddings.word_embeddings.weight", vocabulary, dim);
    if (!rotary) {
      add(shapes, "embeddings.position_embeddings.weight", positions, dim);
    }
    if (embeddingNorm) {
      addBoth(shapes, "embeddings.layer_norm", dim);
    }
    for (int layer = 0; layer < layers; layer++) {
      String prefix = TensorNames.layer(layer);
      addBoth(shapes, prefix + "attention.layer_norm", dim);
      for (String part : List.of("self.query", "self.key", "self.value", "output.dense")) {
        addBoth(shapes, prefix + "attention." + part, dim, dim);
      }
      addBoth(shapes, prefix + "layer_norm", dim);
      if (gated) {
        add(shapes, prefix + "intermediate.dense.weight", 2L * intermediate, dim);
        add(shapes, prefix + "output.dense.weight", dim, intermediate);
      } else {
        addBoth(shapes, prefix + "intermediate.dense", intermediate, dim);
        addBoth(shapes, prefix + "output.dense", dim, intermediate);
      }
    }
    addBoth(shapes, TensorNames.FINAL_NORM, dim);
    return shapes;
  }

  /** Every tensor of the language model's head with its shape, but for the decoder's own matrix. */
  Map<String, List<Long>> headTensors() {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    addBoth(shapes, "lm_head.dense", dim, dim);
    addBoth(shapes, "lm_head.layer_norm", dim);
    add(shapes, "lm_head.bias", vocabulary);
    return shapes;
  }

  private static void add(Map<String, List<Long>> shapes, String name, long... shape) {
    shapes.put(name, Arrays.stream(shape).boxed().toList());
  }

  private static void addBoth(Map<String, List<Long>> shapes, String name, long... shape) {
    add(shapes, name + ".weight", shape);
    add(shapes, name + ".bias", shape[0]);
  }
}
