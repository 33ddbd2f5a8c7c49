package io.codonloom.encoder.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.onnxruntime.OrtException;
import io.codonloom.UserException;
import io.codonloom.device.Device;
import io.codonloom.encoder.Checkpoint;
import io.codonloom.encoder.EncoderOutput;
import io.codonloom.encoder.EncoderSettings;
import io.codonloom.encoder.Precision;
import io.codonloom.encoder.engine.Encoders;
import io.codonloom.sequence.Modality;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OnnxCudaTest {
  @Test
  void whereThereIsNoCudaOneLineSaysWhatIsMissing() {
    assumeFalse(Files.exists(Path.of("/dev/nvidiactl")), "this machine has an NVIDIA GPU");
    Checkpoint checkpoint =
        Checkpoint.open(
            Path.of(System.getProperty("codonloom.root"), "test-data/encoders/esm2-tiny"));
    EncoderSettings settings = new EncoderSettings(EncoderOutput.HIDDEN, -1, Precision.FP32, 1);
    assertThatThrownBy(
            () -> Encoders.open(checkpoint, Modality.PROTEIN, settings, new Device(0, 0)))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("A GPU was asked for, but ")
        .hasMessageNotContaining("\n")
        // The plain build says how to get the other one, the other one what the machine lacks.
        .hasMessageMatching(".*(mvn -Pgpu|libcuda\\.so\\.1).*");
  }

  @Test
  void aRefusalOfTheDeviceIsQuotedWithoutItsInnards() {
    OrtException refusal =
        new OrtException(
            "CUDA failure 100: no CUDA-capable device is detected ; GPU=0 ; hostname=node7 ; file=cuda_call.cc\nmore");
    assertThat(OnnxCuda.unusable(1, refusal))
        .hasMessage(
            "A GPU was asked for, but CUDA device 1 cannot be used: no CUDA-capable device is detected");
  }
}
