package io.codonloom.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import io.codonloom.UserException;
import io.codonloom.device.Device;
import io.codonloom.encoder.onnx.OnnxEncoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncoderMemoryTest {
  private static final EncoderSettings SETTINGS =
      new EncoderSettings(EncoderOutput.HIDDEN, -1, Precision.FP32, 1);

  @TempDir Path folder;

  @Test
  void aCallBeyondTheLimitIsRefusedAndASmallerOneRuns() throws IOException {
    Checkpoint checkpoint = checkpoint(Family.ESM2, 1026);
    try (Encoder encoder = OnnxEncoder.load(checkpoint, SETTINGS, new Device(-1, 100_000))) {
      Tokens small = encoder.tokenize("M".repeat(50));
      assertThat(encoder.encode(small).values()).hasSize(52 * 16);
      assertThatThrownBy(() -> encoder.encodeTogether(Collections.nCopies(20, small)))
          .isInstanceOf(EncoderMemoryException.class)
          .hasMessage("20 × 52 tokens need about 0.6 MiB, of 0.1 MiB allowed");
      assertThatThrownBy(() -> encoder.encode("M".repeat(1000)))
          .isInstanceOf(EncoderMemoryException.class)
          .hasMessageStartingWith("1 × 1002 tokens need about");
      assertThatThrownBy(() -> encoder.encode("M".repeat(2000)))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("2002 tokens are more than the 1024");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Error code - ORT_RUNTIME_EXCEPTION - message: BFCArena::AllocateRawInternal Failed to allocate memory for requested buffer of size 4294967296",
        "Error code - ORT_RUNTIME_EXCEPTION - message: BFCArena::AllocateRawInternal Available memory of 1024 is smaller than requested bytes of 4096",
        "Error code - ORT_RUNTIME_EXCEPTION - message: std::bad_alloc",
        "Error code - ORT_FAIL - message: CUDA failure 2: out of memory ; GPU=0",
        "Error code - ORT_FAIL - message: CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED"
      })
  void allocationFailuresOfOnnxRuntimeAreTold(String message) {
    OrtException cause = new OrtException(message);
    assertThat(EncoderMemoryException.orElse(cause, "2 × 3 tokens"))
        .isInstanceOf(EncoderMemoryException.class)
        .hasMessage("2 × 3 tokens: " + message)
        .hasCause(cause);
  }

  @Test
  void otherFailuresOfOnnxRuntimeAreNot() {
    assertThat(EncoderMemoryException.orElse(new OrtException("Invalid rank"), "2 × 3 tokens"))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void nativeMemoryStaysFlat() throws IOException, InterruptedException {
    Path directory = new RandomCheckpoint(Family.RNA_FM, 200, 1).write(folder);
    assertThat(ResidentMemory.growthOverManyTexts(directory)).isLessThan(20 << 20);
  }

  private Checkpoint checkpoint(Family family, int positions) throws IOException {
    return Checkpoint.open(new RandomCheckpoint(family, positions, 1).write(folder));
  }
}
