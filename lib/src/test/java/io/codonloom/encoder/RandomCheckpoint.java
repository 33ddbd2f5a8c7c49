package io.codonloom.encoder;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.codonloom.tensor.SafetensorsWriter;
import io.codonloom.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Writes checkpoint directories of small models with seeded random weights. */
public final class RandomCheckpoint {
  private static final int DIM = 16;
  private static final int HEADS = 2;
  private static final int INTERMEDIATE = 24;
  private static final int LAYERS = 2;

  final ObjectNode config = new ObjectMapper().createObjectNode();
  final Map<String, Tensor> tensors = new LinkedHashMap<>();

  /**
   * @param positions as config.json counts them: two more than the longest input has tokens
   */
  public RandomCheckpoint(Family family, int positions, long seed) {
    boolean dna = family == Family.NUCLEOTIDE_TRANSFORMER;
    boolean rna = family == Family.RNA_FM;
    config.put("hidden_size", DIM).put("num_attention_heads", HEADS);
    config.put("intermediate_size", INTERMEDIATE).put("num_hidden_layers", LAYERS);
    config.put("vocab_size", Vocabulary.published(family).size());
    config.put("max_position_embeddings", positions).put("layer_norm_eps", 1e-5);
    config.put("position_embedding_type", rna ? "absolute" : "rotary");
    if (dna) {
      config.put("add_bias_fnn", false);
    } else {
      config.put("model_type", rna ? "rnafm" : "esm").put("token_dropout", !rna);
    }
    Architecture model =
        new Architecture(
            LAYERS,
            DIM,
            HEADS,
            INTERMEDIATE,
            Vocabulary.published(family).size(),
            1e-5f,
            !rna,
            positions,
            dna,
            rna,
            family == Family.ESM2,
            0,
            10_000);
    SplittableRandom random = new SplittableRandom(seed);
    model.tensors().forEach((name, shape) -> tensors.put(name, random(shape, random)));
  }

  static Tensor random(List<Long> shape, SplittableRandom random) {
    float[] values =
        new float[(int) shape.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextDouble() - 0.5);
    }
    return Tensor.of(values, shape.stream().mapToLong(Long::longValue).toArray());
  }

  /** Writes config.json and model.safetensors; the vocabulary is the family's published one. */
  public Path write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("config.json"), config.toString());
    writeTensors(directory.resolve("model.safetensors"), tensors);
    return directory;
  }

  static void writeTensors(Path file, Map<String, Tensor> tensors) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      SafetensorsWriter.write(out, tensors, Map.of("format", "pt"));
    }
  }

  /** A seeded text. */
  public static String text(String letters, int length, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    char[] text = new char[length];
    Arrays.setAll(new int[length], i -> text[i] = letters.charAt(random.nextInt(letters.length())));
    return new String(text);
  }
}
