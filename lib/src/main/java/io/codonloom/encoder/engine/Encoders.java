package io.codonloom.encoder.engine;

import io.codonloom.UserException;
import io.codonloom.device.Device;
import io.codonloom.encoder.Checkpoint;
import io.codonloom.encoder.Encoder;
import io.codonloom.encoder.EncoderSettings;
import io.codonloom.encoder.Precision;
import io.codonloom.encoder.onnx.OnnxEncoder;
import io.codonloom.sequence.Modality;

/** Opens encoders. */
public final class Encoders {
  private Encoders() {}

  /**
   * Loads a checkpoint.
   *
   * @param modality the text that will be encoded
   * @throws UserException if the model reads another kind of text, has not the wanted layer, or has
   *     no language model's head where logits are wanted; if the device does not compute in that
   *     precision; or if it is a GPU and CUDA cannot be used
   * @throws io.codonloom.encoder.EncoderMemoryException if the weights do not fit
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
    return OnnxEncoder.load(checkpoint, settings, device);
  }
}
