package io.codonloom.encoder.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.codonloom.UserException;
import io.codonloom.device.OnnxRuntime;
import io.codonloom.device.SharedLibraries;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What ONNX Runtime needs to run on a CUDA device, and what is missing where it cannot. */
public final class OnnxCuda {
  /** What ONNX Runtime's provider is linked to. cuDNN and cuFFT are optional, and unused here. */
  private static final List<String> LIBRARIES =
      List.of("libcudart.so.12", "libcublasLt.so.12", "libcublas.so.12", "libcurand.so.10");

  private static final String DRIVER = "libcuda.so.1";
  private static final Pattern FAILURE = Pattern.compile("CUDA failure \\d+: ([^;]+)");

  private OnnxCuda() {}

  /**
   * Opens a session of one node on the device, as a trial.
   *
   * @param ordinal of the device, counted among those that the process sees
   * @throws UserException that says in one line what is missing
   */
  public static void require(int ordinal) {
    requireLibraries();
    OrtEnvironment environment = OnnxRuntime.environment();
    OnnxGraph graph = new OnnxGraph();
    graph.output("y", graph.floats("x", OnnxType.FLOAT, new float[] {1}, 1), "n");
    try (SessionOptions options = new SessionOptions()) {
      options.addCUDA(ordinal);
      try (OrtSession session = environment.createSession(graph.toByteArray(), options)) {
        session.run(Map.of()).close();
      }
    } catch (OrtException e) {
      throw unusable(ordinal, e);
    }
  }

  /**
   * Looks for all libraries before ONNX Runtime does: its own exception does not name what it
   * missed.
   *
   * @throws UserException that says in one line what is missing
   */
  static void requireLibraries() {
    OnnxRuntime.environment();
    if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
      throw missing(
          "this build runs encoders on the CPU only; build with mvn -Pgpu -DskipTests package");
    }
    if (!SharedLibraries.loads(DRIVER)) {
      throw missing(
          "there is no %s here: NVIDIA's driver is not installed, or not visible in this container"
              .formatted(DRIVER));
    }
    List<String> absent = SharedLibraries.absent(LIBRARIES);
    if (!absent.isEmpty()) {
      throw missing(
          "the loader does not find %s; install CUDA 12 and name its lib64 in LD_LIBRARY_PATH"
              .formatted(String.join(", ", absent)));
    }
  }

  /** What ONNX Runtime's refusal to use the device means. */
  static UserException unusable(int ordinal, OrtException e) {
    Matcher failure = FAILURE.matcher(e.getMessage());
    return new UserException(
        String.format(
            Locale.ROOT,
            "A GPU was asked for, but CUDA device %d cannot be used: %s",
            ordinal,
            failure.find()
                ? failure.group(1).strip()
                : e.getMessage().lines().findFirst().orElse("")),
        e);
  }

  private static UserException missing(String what) {
    return new UserException("A GPU was asked for, but " + what);
  }
}
