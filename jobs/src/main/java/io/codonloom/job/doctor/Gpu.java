package io.codonloom.job.doctor;

import io.codonloom.UserException;
import io.codonloom.config.Encoding;
import io.codonloom.config.Encoding.Processor;
import io.codonloom.device.TaskDevice;
import io.codonloom.encoder.onnx.OnnxCuda;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The GPUs of this machine, and whether ONNX Runtime can use the one that is wanted. */
final class Gpu {
  private static final Path DRIVER_FACTS = Path.of("/proc/driver/nvidia/gpus");
  private static final int PATIENCE_SECONDS = 20;

  private Gpu() {}

  static Finding check(Encoding encoding) throws IOException, InterruptedException {
    List<String> seen = seen();
    String names = String.join("; ", seen);
    if (encoding.device() == Processor.GPU) {
      int ordinal = TaskDevice.of(encoding).ordinal();
      OnnxCuda.require(ordinal);
      return Finding.ok(
          "GPU", String.format(Locale.ROOT, "CUDA device %d works (%s)", ordinal, names));
    }
    if (seen.isEmpty()) {
      return Finding.ok("GPU", "none; encoders run on the CPU");
    }
    try {
      OnnxCuda.require(0);
      return Finding.ok("GPU", names + "; usable with embed.device = gpu");
    } catch (UserException e) {
      return Finding.ok("GPU", names + "; not in use (" + e.getMessage() + ")");
    }
  }

  /** One line for each GPU that the driver shows. */
  private static List<String> seen() throws IOException, InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(
                  "nvidia-smi",
                  "--query-gpu=index,name,memory.total,driver_version",
                  "--format=csv,noheader")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) { // There is no such program.
      return fromDriver();
    }
    try {
      boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return ended && process.exitValue() == 0
          ? new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .toList()
          : fromDriver();
    } finally {
      process.destroyForcibly();
    }
  }

  private static List<String> fromDriver() throws IOException {
    List<String> models = new ArrayList<>();
    if (Files.isDirectory(DRIVER_FACTS)) {
      try (Stream<Path> gpus = Files.list(DRIVER_FACTS)) {
        for (Path gpu : gpus.sorted().toList()) {
          Files.readString(gpu.resolve("information"))
              .lines()
              .filter(line -> line.startsWith("Model:"))
              .forEach(line -> models.add(line.substring("Model:".length()).strip()));
        }
      }
    }
    return models;
  }
}
