package io.codonloom.encoder;

import io.codonloom.UserException;
import io.codonloom.sequence.ContentHash;
import io.codonloom.sequence.Modality;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A pretrained model's directory: {@code config.json}, {@code model.safetensors} (or its parts with
 * {@code model.safetensors.index.json}) and {@code vocab.txt}. Where the files say otherwise than
 * the family's published models, the files win; without vocab.txt the words are the published ones.
 *
 * <p>The original RNA-FM package ships a pickle and no config.json. Its state dict, saved as {@code
 * model.safetensors} under its own tensor names, is read in that package's order of words beside a
 * config.json like this one, which holds the published model's figures:
 *
 * <pre>{@code
 * {"model_type": "rnafm", "num_hidden_layers": 12, "hidden_size": 640,
 *  "num_attention_heads": 20, "intermediate_size": 5120,
 *  "max_position_embeddings": 1026, "vocab_size": 25}
 * }</pre>
 */
public final class Checkpoint {
  /**
   * Part of every fingerprint; to be raised whenever a change of this package or of an engine
   * changes an output by more than rounding.
   */
  private static final int NUMERICS_VERSION = 1;

  /**
   * The same for 8-bit integers: 2 since weights have seven bits, as any processor can add them.
   */
  private static final int INT8_NUMERICS_VERSION = 2;

  private final Path directory;
  private final Family family;
  private final Vocabulary vocabulary;
  private final Tokenizer tokenizer;
  private final Architecture architecture;
  private final Weights weights;
  private String sha256;

  private Checkpoint(Path directory, ModelConfig config, Weights weights) {
    this.directory = directory;
    this.weights = weights;
    this.family = family(directory, config, weights);
    this.vocabulary = Vocabulary.open(directory, vocabulary(family, weights));
    this.tokenizer = Tokenizer.of(family, vocabulary);
    this.architecture = Architecture.of(config, family, vocabulary);
  }

  /**
   * Reads the directory's description and checks that all of the model's tensors are there. No
   * weights are read yet.
   *
   * @throws UserException if a file is missing or malformed, the model is of no known family, or a
   *     tensor is missing or has another shape than config.json says
   */
  public static Checkpoint open(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new UserException(
          "There is no checkpoint directory "
              + directory
              + "; models are not fetched from a hub: put config.json, model.safetensors and vocab.txt into a folder and name that");
    }
    ModelConfig config = ModelConfig.open(directory.resolve("config.json"));
    Checkpoint checkpoint = new Checkpoint(directory, config, Weights.open(directory));
    checkpoint.weights.require(checkpoint.architecture.tensors());
    return checkpoint;
  }

  private static Family family(Path directory, ModelConfig config, Weights weights) {
    if (config.text("model_type").equals("rnafm")) {
      return Family.RNA_FM;
    }
    String gate = TensorNames.layer(0) + "intermediate.dense.weight";
    boolean gated =
        weights.has(gate)
            && weights
                .shape(gate)
                .equals(
                    List.of(
                        2L * config.integer("intermediate_size", 1, 1 << 20),
                        (long) config.integer("hidden_size", 1, 1 << 16)));
    if (gated || !config.flag("add_bias_fnn", true)) {
      return Family.NUCLEOTIDE_TRANSFORMER;
    }
    if (config.text("model_type").equals("esm")) {
      return Family.ESM2;
    }
    throw new UserException(
        "%s is of no known family: model_type is '%s', known are esm (ESM-2), rnafm (RNA-FM) and the Nucleotide Transformer v2"
            .formatted(directory.resolve("config.json"), config.text("model_type")));
  }

  /** The words where the directory holds no vocab.txt. */
  private static Vocabulary vocabulary(Family family, Weights weights) {
    return family == Family.RNA_FM && TensorNames.isOriginalRnaFm(weights)
        ? Vocabulary.originalRnaFm()
        : Vocabulary.published(family);
  }

  /** Which kind of model it is. */
  public Family family() {
    return family;
  }

  /** The text that the model reads. */
  public Modality modality() {
    return family.modality();
  }

  /**
   * Checks that the model reads such texts.
   *
   * @throws UserException if it does not
   */
  public void requireModality(Modality modality) {
    if (modality() != modality) {
      throw new UserException(
          "%s is a model of %s (%s) and cannot read %s"
              .formatted(directory, modality().id(), family.id(), modality.id()));
    }
  }

  /** The directory. */
  public Path directory() {
    return directory;
  }

  /**
   * SHA-256 of the weights, 64 hexadecimal digits; computed at the first call.
   *
   * @throws UserException if a number is not finite
   */
  public synchronized String sha256() {
    if (sha256 == null) {
      sha256 = weights.sha256();
    }
    return sha256;
  }

  /** SHA-256 of the vocabulary, one word a line. */
  String vocabularySha256() {
    byte[] words = String.join("\n", vocabulary.words()).getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(ContentHash.sha256().digest(words));
  }

  /**
   * Everything that decides over the numbers: vectors of equal fingerprints may be mixed.
   *
   * @throws UserException if the model has not the wanted layer
   */
  public SortedMap<String, String> fingerprint(EncoderSettings settings) {
    SortedMap<String, String> fields = new TreeMap<>();
    fields.put("family", family.id());
    fields.put("architecture", architecture.description());
    fields.put("weights", sha256());
    fields.put("vocabulary", vocabularySha256());
    fields.put("output", settings.output().name().toLowerCase(Locale.ROOT));
    fields.put("layer", Integer.toString(layer(settings)));
    fields.put("precision", settings.precision().id());
    int numerics =
        settings.precision() == Precision.INT8 ? INT8_NUMERICS_VERSION : NUMERICS_VERSION;
    fields.put("numerics-version", Integer.toString(numerics));
    return fields;
  }

  /**
   * What an engine needs to compute the wanted output.
   *
   * @throws UserException if the model has not the wanted layer, or no language model's head where
   *     logits are wanted
   */
  public EncoderModel model(EncoderSettings settings) {
    return EncoderModel.of(this, settings);
  }

  /** The number of the layer that the settings mean. */
  int layer(EncoderSettings settings) {
    if (settings.layer() > architecture.layers()) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "%s has %d layers, so no layer %d",
              directory,
              architecture.layers(),
              settings.layer()));
    }
    return settings.layer() < 0 ? architecture.layers() : settings.layer();
  }

  /** How many layers the model has. */
  public int layers() {
    return architecture.layers();
  }

  /** The most tokens that the model reads at once, special ones included. */
  public int maxTokens() {
    return architecture.maxTokens();
  }

  /**
   * How many codons the model reads at once: every text of up to so many codons and without N fits.
   * N's take more tokens of the 6-mer model; {@link #fittingCodons} knows about a given text.
   */
  public int maxCodons() {
    int tokens = maxTokens();
    return switch (family) {
      case ESM2 -> tokens - 2;
      case RNA_FM -> (tokens - 2) / 3;
      // An odd number of codons 2n + 1 takes n 6-mers and 3 single bases.
      case NUCLEOTIDE_TRANSFORMER -> 2 * (tokens - 4) + 2;
    };
  }

  /**
   * How many tokens a text of so many codons and without N has, special ones included.
   *
   * @param codons at least 1
   */
  public int tokens(int codons) {
    return switch (family) {
      case ESM2 -> codons + 2;
      case RNA_FM -> 3 * codons + 2;
      // <cls>, a 6-mer for each pair of codons, and single bases for a last codon without partner.
      case NUCLEOTIDE_TRANSFORMER -> 1 + codons / 2 + 3 * (codons % 2);
    };
  }

  /**
   * The arithmetic that one text takes up to the last hidden state, a multiplication and an
   * addition counted as two: for each of L layers of width D with an inner width F, over T tokens,
   *
   * <ul>
   *   <li>query, key, value and output: 8 · T · D²
   *   <li>the feed-forward block: 4 · T · D · F, or 6 · T · D · F where it is gated
   *   <li>attention, Q·Kᵀ and weights·V over all heads: 4 · T² · D
   * </ul>
   *
   * Embedding, normalization, softmax and activations are left out, as is usual.
   *
   * @param tokens of the text, special ones included
   */
  public long flops(int tokens) {
    return architecture.flops(tokens);
  }

  /**
   * The longest part of a text that the model reads at once.
   *
   * @param text what the model reads
   * @param start the part's first codon
   * @param end the codon after the last that is wanted
   * @return the codon after the part's last: {@code end} if all of it fits
   */
  public int fittingCodons(String text, int start, int end) {
    int letters = 3 / modality().nucleotidesPerCharacter();
    int fitting = end;
    while (fitting > start) {
      int excess = tokenizer.count(text, start * letters, fitting * letters) - maxTokens();
      if (excess <= 0) {
        return fitting;
      }
      // A codon is at most three tokens, so no shorter step can be enough.
      fitting -= (excess + letters - 1) / letters;
    }
    throw new UserException("%s reads not even one codon".formatted(directory));
  }

  Vocabulary vocabulary() {
    return vocabulary;
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  Architecture architecture() {
    return architecture;
  }

  Weights weights() {
    return weights;
  }
}
