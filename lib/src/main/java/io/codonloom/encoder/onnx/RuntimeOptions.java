package io.codonloom.encoder.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.codonloom.device.Device;
import io.codonloom.device.OnnxRuntime;
import io.codonloom.encoder.EncoderSettings;

/** How ONNX Runtime is told to run an encoder. */
final class RuntimeOptions {
  private RuntimeOptions() {}

  /**
   * The options of a session.
   *
   * @param weightBytes what the weights take on a GPU
   * @throws io.codonloom.UserException if the device is a GPU and CUDA cannot be used
   */
  static SessionOptions of(EncoderSettings settings, Device device, long weightBytes)
      throws OrtException {
    OnnxRuntime.environment();
    SessionOptions options = new SessionOptions();
    try {
      options.setIntraOpNumThreads(settings.threads());
      // Threads that spin while they wait take the cores from the JVM's other native libraries.
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      if (device.isGpu()) {
        // A plan of memory for each shape of batch costs more than it saves.
        options.setMemoryPatternOptimization(false);
        addCuda(options, device, weightBytes);
      }
      return options;
    } catch (OrtException | RuntimeException e) {
      options.close();
      throw e;
    }
  }

  private static void addCuda(SessionOptions options, Device device, long weightBytes) {
    OnnxCuda.requireLibraries();
    try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(device.ordinal())) {
      // TF32 would round the factors of single precision's products to 10 bits.
      cuda.add("use_tf32", "0");
      // Sums of normalizations in single precision.
      cuda.add("enable_skip_layer_norm_strict_mode", "1");
      if (device.memoryBytes() > 0) {
        // ONNX Runtime counts the weights in, and by default doubles what it takes at each step.
        cuda.add("gpu_mem_limit", Long.toString(weightBytes + device.memoryBytes()));
        cuda.add("arena_extend_strategy", "kSameAsRequested");
      }
      options.addCUDA(cuda);
    } catch (OrtException e) {
      throw OnnxCuda.unusable(device.ordinal(), e);
    }
  }
}
