package io.codonloom.device;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.nd4j.linalg.cpu.nativecpu.CpuBackend;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ND4J's CPU backend, chosen before its CUDA backend where that would fail; in a build with the
 * profile {@code gpu-training} only. ND4J asks every backend on the class path for its priority,
 * and takes the first that is available. Its own CUDA backend looks for a device and for cuBLAS
 * alone, and prints a stack trace where one is missing; and on a card that is newer than its
 * machine code, of which it has none beyond sm_86 and no PTX, it fails in the first operation.
 */
public final class CpuInPlaceOfCuda extends CpuBackend {
  private static final Logger LOG = LoggerFactory.getLogger(CpuInPlaceOfCuda.class);

  /** What the backend and its native library are linked to. */
  private static final List<String> LIBRARIES =
      List.of("libcudart.so.11.0", "libcublas.so.11", "libcublasLt.so.11", "libcusolver.so.11");

  private static final int NEWEST_MAJOR = 8;
  private static final int NEWEST_MINOR = 9;

  @Override
  public int getPriority() {
    return BACKEND_PRIORITY_GPU + 1;
  }

  /** Whether no GPU can train here; logs a line that says why. */
  @Override
  public boolean isAvailable() {
    Optional<String> reason =
        reason("nvidia-smi", System.getenv("CUDA_VISIBLE_DEVICES"), SharedLibraries::absent);
    reason.ifPresent(why -> LOG.warn("networks are trained on the CPU: {}", why));
    return reason.isPresent();
  }

  /**
   * Why no GPU can train here.
   *
   * @param program {@code nvidia-smi}
   * @param visible the value of CUDA_VISIBLE_DEVICES; null if it is not set
   * @param absent names the libraries that the loader does not find
   */
  static Optional<String> reason(
      String program, String visible, Function<List<String>, List<String>> absent) {
    List<CudaCards.Card> cards;
    try {
      cards = CudaCards.list(program, visible);
    } catch (IOException e) {
      return Optional.of(
          "NVIDIA's driver is not installed, or not visible in this container (%s)"
              .formatted(e.getMessage()));
    }
    if (cards.isEmpty()) {
      return Optional.of("no GPU is visible to this process");
    }
    for (CudaCards.Card card : cards) {
      if (card.isNewerThan(NEWEST_MAJOR, NEWEST_MINOR)) {
        return Optional.of(
            String.format(
                Locale.ROOT,
                "%s is newer than sm_%d%d, the newest that ND4J's CUDA backend runs on; encoders can use it",
                card,
                NEWEST_MAJOR,
                NEWEST_MINOR));
      }
    }
    List<String> missing = absent.apply(LIBRARIES);
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "the loader does not find %s; install CUDA 11 and name its lib64 in LD_LIBRARY_PATH"
                .formatted(String.join(", ", missing)));
  }
}
