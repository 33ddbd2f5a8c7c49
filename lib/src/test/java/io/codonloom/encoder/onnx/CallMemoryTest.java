package io.codonloom.encoder.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.device.Device;
import io.codonloom.encoder.Architecture;
import io.codonloom.encoder.Checkpoint;
import io.codonloom.encoder.EncoderOutput;
import io.codonloom.encoder.EncoderSettings;
import io.codonloom.encoder.Precision;
import io.codonloom.encoder.ResidentMemory;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallMemoryTest {
  /** Estimates against what ONNX Runtime makes a process grow by. */
  @ParameterizedTest
  @CsvSource({"rna-fm-tiny, 32, false", "rna-fm-tiny, 8, true", "nt-v2-tiny, 32, false"})
  @EnabledOnOs(OS.LINUX)
  void estimatesAreWithinAFactorOfTwo(String name, int texts, boolean padded)
      throws IOException, InterruptedException {
    Path directory = Path.of(System.getProperty("codonloom.root"), "test-data", "encoders", name);
    Checkpoint checkpoint = Checkpoint.open(directory);
    Architecture model =
        checkpoint
            .model(new EncoderSettings(EncoderOutput.HIDDEN, -1, Precision.FP32, 1))
            .architecture();
    long estimate =
        new CallMemory(model, model.dim(), Precision.FP32, Device.CPU)
            .bytes(texts, checkpoint.maxTokens(), padded);
    long growth = ResidentMemory.growthOfOneCall(directory, texts, padded);
    assertThat(growth).isBetween(estimate / 2, estimate * 2);
  }
}
