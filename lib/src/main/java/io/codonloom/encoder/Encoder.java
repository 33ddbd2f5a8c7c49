package io.codonloom.encoder;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.codonloom.UserException;
import io.codonloom.device.Device;
import io.codonloom.encoder.onnx.CallMemory;
import io.codonloom.encoder.onnx.EmbeddingGraph;
import io.codonloom.encoder.onnx.EncoderGraph;
import io.codonloom.encoder.onnx.EncoderSession;
import io.codonloom.encoder.onnx.OnnxCuda;
import io.codonloom.encoder.onnx.OnnxGraph;
import io.codonloom.encoder.onnx.RuntimeOptions;
import io.codonloom.encoder.onnx.WeightTensors;
import io.codonloom.sequence.Modality;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;

/**
 * A loaded model. Weights that the file holds in the precision of the arithmetic stay
 * memory-mapped; others are converted to it. Safe for use by several threads.
 */
public final class Encoder implements AutoCloseable {
  /** What padded texts are made a multiple of, see {@link EmbeddingGraph#attentionBias}. */
  private static final int ALIGNMENT = 16;

  private final Checkpoint checkpoint;
  private final EncoderSettings settings;
  private final Device device;
  private final int dim;
  private final CallMemory memory;
  private final WeightTensors weights;
  private final EncoderSession equal;
  private EncoderSession mixed;

  private Encoder(Checkpoint checkpoint, EncoderSettings settings, Device device)
      throws OrtException {
    Architecture model = checkpoint.architecture();
    this.checkpoint = checkpoint;
    this.settings = settings;
    this.device = device;
    this.dim = settings.output() == EncoderOutput.LOGITS ? model.vocabulary() : model.dim();
    this.memory = new CallMemory(model, dim, settings.precision(), device);
    this.weights = new WeightTensors(checkpoint.weights());
    try {
      this.equal = session(false);
    } catch (OrtException | RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  /**
   * Loads a checkpoint.
   *
   * @param modality the text that will be encoded
   * @throws UserException if the model reads another kind of text, has not the wanted layer, or has
   *     no language model's head where logits are wanted; if the device does not compute in that
   *     precision; or if it is a GPU and CUDA cannot be used
   * @throws EncoderMemoryException if the weights do not fit
   */
  public static Encoder open(
      Checkpoint checkpoint, Modality modality, EncoderSettings settings, Device device) {
    checkpoint.requireModality(modality);
    Precision precision = settings.precision();
    if (precision == Precision.FP16 && !device.isGpu()) {
      throw new UserException("Processors compute in fp32 or int8; fp16 needs a GPU");
    }
    if (precision == Precision.INT8 && device.isGpu()) {
      throw new UserException("GPUs compute in fp32 or fp16; int8 is for processors");
    }
    return load(checkpoint, settings, device);
  }

  /** Loads a checkpoint for any precision that ONNX Runtime can be made to compute in. */
  static Encoder load(Checkpoint checkpoint, EncoderSettings settings, Device device) {
    try {
      return new Encoder(checkpoint, settings, device);
    } catch (OrtException e) {
      throw unloadable(checkpoint, device, e);
    }
  }

  private static RuntimeException unloadable(Checkpoint checkpoint, Device device, OrtException e) {
    RuntimeException reason =
        EncoderMemoryException.orElse(
            e, "ONNX Runtime cannot load the model of " + checkpoint.directory());
    boolean memory = reason instanceof EncoderMemoryException;
    // CUDA looks for the device only when the first session is made.
    return device.isGpu() && !memory && e.getMessage().contains("CUDA")
        ? OnnxCuda.unusable(device.ordinal(), e)
        : reason;
  }

  private EncoderSession session(boolean padded) throws OrtException {
    OnnxGraph graph = graph(padded);
    try (SessionOptions options = RuntimeOptions.of(settings, device, graph.weightBytes())) {
      return new EncoderSession(graph, weights, options, padded, dim);
    }
  }

  private OnnxGraph graph(boolean padded) {
    Architecture model = checkpoint.architecture();
    Weights stored = checkpoint.weights();
    Map<String, List<Long>> shapes = model.tensors();
    float[] frequencies =
        model.rotary() ? RotaryFrequencies.of(model, stored, checkpoint.directory()) : new float[0];
    EncoderGraph graph = new EncoderGraph(model, shapes, frequencies, settings.precision(), padded);
    if (settings.output() == EncoderOutput.HIDDEN) {
      return graph.hidden(checkpoint.layer(settings));
    }
    shapes.putAll(model.headTensors());
    // Where the decoder is tied to the embedding, the file holds the matrix once.
    String decoder =
        stored.has("lm_head.decoder.weight")
            ? "lm_head.decoder.weight"
            : "embeddings.word_embeddings.weight";
    shapes.put(decoder, shapes.get("embeddings.word_embeddings.weight"));
    stored.require(shapes);
    return graph.logits(decoder);
  }

  /** How many numbers a token's vector has. */
  public int dim() {
    return dim;
  }

  /** What was loaded. */
  public Checkpoint checkpoint() {
    return checkpoint;
  }

  /** Where it runs. */
  public Device device() {
    return device;
  }

  /** See {@link Checkpoint#fingerprint}. */
  public SortedMap<String, String> fingerprint() {
    return checkpoint.fingerprint(settings);
  }

  /**
   * Encodes a text as a whole.
   *
   * @throws UserException if a character is not in the vocabulary, or the text is longer than the
   *     model reads
   */
  public TokenVectors encode(String text) {
    return encode(tokenize(text));
  }

  /**
   * Cuts a text into the model's tokens.
   *
   * @throws UserException if a character is not in the vocabulary
   */
  public Tokens tokenize(String text) {
    return checkpoint.tokenizer().tokenize(text);
  }

  /**
   * Encodes a text that is already cut into tokens.
   *
   * @throws UserException if they are more than the model reads
   * @throws EncoderMemoryException if it does not fit
   */
  public TokenVectors encode(Tokens tokens) {
    return run(equal, false, List.of(tokens), tokens.count()).get(0);
  }

  /**
   * Encodes several texts. The vectors are those that each text has alone: a GPU computes them in
   * one call, a processor in one call for each text, which is faster there.
   *
   * @throws UserException if one has more tokens than the model reads
   * @throws EncoderMemoryException if they do not fit together
   */
  public List<TokenVectors> encodeAll(List<Tokens> batch) {
    return device.isGpu() ? encodeTogether(batch) : batch.stream().map(this::encode).toList();
  }

  /** Encodes several texts in one call. */
  List<TokenVectors> encodeTogether(List<Tokens> batch) {
    if (batch.isEmpty()) {
      return List.of();
    }
    int longest = batch.stream().mapToInt(Tokens::count).max().getAsInt();
    if (batch.stream().allMatch(tokens -> tokens.count() == longest)) {
      return run(equal, false, batch, longest);
    }
    int aligned = (longest + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    int length = Math.max(longest, Math.min(aligned, checkpoint.maxTokens()));
    return run(mixed(), true, batch, length);
  }

  private synchronized EncoderSession mixed() {
    if (mixed == null) {
      try {
        mixed = session(true);
      } catch (OrtException e) {
        throw unloadable(checkpoint, device, e);
      }
    }
    return mixed;
  }

  private List<TokenVectors> run(
      EncoderSession session, boolean padded, List<Tokens> batch, int tokens) {
    if (tokens > checkpoint.maxTokens()) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "%d tokens are more than the %d that %s reads",
              tokens,
              checkpoint.maxTokens(),
              checkpoint.directory()));
    }
    String call = String.format(Locale.ROOT, "%d × %d tokens", batch.size(), tokens);
    long bytes = memory.bytes(batch.size(), tokens, padded);
    if (device.memoryBytes() > 0 && bytes > device.memoryBytes()) {
      throw new EncoderMemoryException(
          String.format(
              Locale.ROOT,
              "%s need about %.1f MiB, of %.1f MiB allowed",
              call,
              bytes / 1048576.0,
              device.memoryBytes() / 1048576.0),
          null);
    }
    try {
      return session.run(batch, tokens);
    } catch (OrtException e) {
      throw EncoderMemoryException.orElse(e, "ONNX Runtime failed on " + call);
    }
  }

  @Override
  public synchronized void close() {
    try {
      equal.close();
      if (mixed != null) {
        mixed.close();
      }
    } finally {
      weights.close();
    }
  }
}
