package io.codonloom.encoder;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.codonloom.UserException;
import io.codonloom.sequence.Modality;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * A loaded model. Weights in single precision stay memory-mapped; others are converted to it. Safe
 * for use by several threads.
 */
public final class Encoder implements AutoCloseable {
  private final Checkpoint checkpoint;
  private final EncoderSettings settings;
  private final Device device;
  private final int layer;
  private final int dim;
  private final OrtEnvironment environment;
  private final List<OnnxTensor> tensors = new ArrayList<>();
  private final OrtSession session;

  private Encoder(Checkpoint checkpoint, EncoderSettings settings, Device device)
      throws OrtException {
    Architecture model = checkpoint.architecture();
    this.checkpoint = checkpoint;
    this.settings = settings;
    this.device = device;
    this.layer = checkpoint.layer(settings);
    this.dim = settings.output() == EncoderOutput.LOGITS ? model.vocabulary() : model.dim();
    this.environment = NativeLibraries.environment();
    OnnxGraph graph = graph(checkpoint, settings, layer);
    try (SessionOptions options = new SessionOptions()) {
      options.setIntraOpNumThreads(settings.threads());
      // Threads that spin while they wait take the cores from the JVM's other native libraries.
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      Map<String, OnnxTensorLike> external = new HashMap<>();
      for (String name : graph.weights()) {
        OnnxTensor tensor = tensor(checkpoint.weights().tensor(name));
        tensors.add(tensor);
        external.put(name, tensor);
      }
      options.addExternalInitializers(external);
      if (device.isGpu()) {
        Cuda.requireLibraries();
        options.addCUDA(device.ordinal());
      }
      this.session = environment.createSession(graph.toByteArray(), options);
    }
  }

  /**
   * Loads a checkpoint.
   *
   * @param modality the text that will be encoded
   * @throws UserException if the model reads another kind of text, has not the wanted layer, or has
   *     no language model's head where logits are wanted
   */
  public static Encoder open(
      Checkpoint checkpoint, Modality modality, EncoderSettings settings, Device device) {
    checkpoint.requireModality(modality);
    try {
      return new Encoder(checkpoint, settings, device);
    } catch (OrtException e) {
      if (device.isGpu()) {
        throw Cuda.unusable(device.ordinal(), e);
      }
      throw new IllegalStateException(
          "ONNX Runtime refuses the model of " + checkpoint.directory(), e);
    }
  }

  private static OnnxGraph graph(Checkpoint checkpoint, EncoderSettings settings, int layer) {
    Architecture model = checkpoint.architecture();
    Weights weights = checkpoint.weights();
    Map<String, List<Long>> shapes = model.tensors();
    float[] frequencies =
        model.rotary()
            ? RotaryFrequencies.of(model, weights, checkpoint.directory())
            : new float[0];
    if (settings.output() == EncoderOutput.HIDDEN) {
      return new EncoderGraph(model, shapes, frequencies).hidden(layer);
    }
    shapes.putAll(model.headTensors());
    // Where the decoder is tied to the embedding, the file holds the matrix once.
    String decoder =
        weights.has("lm_head.decoder.weight")
            ? "lm_head.decoder.weight"
            : "embeddings.word_embeddings.weight";
    shapes.put(decoder, shapes.get("embeddings.word_embeddings.weight"));
    weights.require(shapes);
    return new EncoderGraph(model, shapes, frequencies).logits(decoder);
  }

  private OnnxTensor tensor(Tensor tensor) throws OrtException {
    ByteBuffer bytes = tensor.bytes();
    FloatBuffer floats;
    if (tensor.type() == TensorType.F32
        && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
        && bytes.alignmentOffset(0, Float.BYTES) == 0) {
      floats = bytes.asFloatBuffer();
    } else {
      long size = (long) bytes.remaining() / tensor.type().bytes() * Float.BYTES;
      floats =
          ByteBuffer.allocateDirect(Math.toIntExact(size))
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
      tensor.toFloats(floats);
      floats.flip();
    }
    long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
    return OnnxTensor.createTensor(environment, floats, shape);
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
    return encode(checkpoint.tokenizer().tokenize(text));
  }

  /** Encodes a text that is already cut into tokens. */
  public TokenVectors encode(Tokens tokens) {
    if (tokens.count() > checkpoint.maxTokens()) {
      throw new UserException(
          "%d tokens are more than the %d that %s reads"
              .formatted(tokens.count(), checkpoint.maxTokens(), checkpoint.directory()));
    }
    long[] ids = Arrays.stream(tokens.ids()).asLongStream().toArray();
    try (OnnxTensor input =
            OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), new long[] {1, ids.length});
        OrtSession.Result result = session.run(Map.of(EncoderGraph.IDS, input))) {
      float[] values = new float[ids.length * dim];
      ((OnnxTensor) result.get(0)).getFloatBuffer().get(values);
      return new TokenVectors(tokens, dim, values);
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed on %d tokens".formatted(ids.length), e);
    }
  }

  /**
   * Encodes several texts in one call, which pays on a GPU. The vectors are those that each text
   * has alone.
   *
   * @throws EncoderMemoryException if they do not fit together
   */
  public List<TokenVectors> encodeAll(List<Tokens> batch) {
    return batch.stream().map(this::encode).toList();
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    } finally {
      tensors.forEach(OnnxTensor::close);
    }
  }
}
