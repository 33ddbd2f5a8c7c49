package io.codonloom.encoder.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.codonloom.UserException;
import io.codonloom.device.Device;
import io.codonloom.encoder.Checkpoint;
import io.codonloom.encoder.Encoder;
import io.codonloom.encoder.EncoderMemoryException;
import io.codonloom.encoder.EncoderModel;
import io.codonloom.encoder.EncoderOutput;
import io.codonloom.encoder.EncoderSettings;
import io.codonloom.encoder.TextBatch;
import io.codonloom.encoder.TokenVectors;
import io.codonloom.encoder.Tokens;
import java.util.List;

/**
 * A model in ONNX Runtime. Weights that the file holds in the precision of the arithmetic stay
 * memory-mapped; others are converted to it.
 */
public final class OnnxEncoder implements Encoder {
  private final Checkpoint checkpoint;
  private final EncoderSettings settings;
  private final Device device;
  private final EncoderModel model;
  private final CallMemory memory;
  private final WeightTensors weights;
  private final EncoderSession equal;
  private EncoderSession mixed;

  private OnnxEncoder(Checkpoint checkpoint, EncoderSettings settings, Device device)
      throws OrtException {
    this.checkpoint = checkpoint;
    this.settings = settings;
    this.device = device;
    this.model = checkpoint.model(settings);
    this.memory = new CallMemory(model.architecture(), model.width(), settings.precision(), device);
    this.weights = new WeightTensors(model.weights());
    try {
      this.equal = session(false);
    } catch (OrtException | RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  /**
   * Loads a checkpoint for any precision that ONNX Runtime can be made to compute in, whether it is
   * fast on the device or not.
   *
   * @throws UserException if the model has not the wanted layer, or no language model's head where
   *     logits are wanted; if ONNX Runtime does not compute in that precision; or if the device is
   *     a GPU and CUDA cannot be used
   * @throws EncoderMemoryException if the weights do not fit
   */
  public static Encoder load(Checkpoint checkpoint, EncoderSettings settings, Device device) {
    try {
      return new OnnxEncoder(checkpoint, settings, device);
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
    EncoderGraph writer = new EncoderGraph(model, settings.precision(), padded);
    OnnxGraph graph =
        model.output() == EncoderOutput.LOGITS
            ? writer.logits(model.decoder())
            : writer.hidden(model.layer());
    try (SessionOptions options = RuntimeOptions.of(settings, device, graph.weightBytes())) {
      return new EncoderSession(graph, weights, options, model.width());
    }
  }

  @Override
  public Checkpoint checkpoint() {
    return checkpoint;
  }

  @Override
  public EncoderSettings settings() {
    return settings;
  }

  @Override
  public Device device() {
    return device;
  }

  @Override
  public int dim() {
    return model.width();
  }

  @Override
  public List<TokenVectors> encodeTogether(List<Tokens> texts) {
    if (texts.isEmpty()) {
      return List.of();
    }
    TextBatch batch = TextBatch.of(checkpoint, texts);
    batch.requireMemory(device, memory.bytes(batch.texts().size(), batch.length(), batch.padded()));
    EncoderSession session = batch.padded() ? mixed() : equal;
    try {
      return session.run(batch);
    } catch (OrtException e) {
      throw EncoderMemoryException.orElse(e, "ONNX Runtime failed on " + batch);
    }
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
