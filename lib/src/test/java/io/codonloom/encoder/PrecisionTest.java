package io.codonloom.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.codonloom.UserException;
import io.codonloom.device.Device;
import io.codonloom.encoder.engine.Encoders;
import io.codonloom.encoder.engine.PrecisionError;
import io.codonloom.encoder.onnx.OnnxEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lower precisions against single precision, for real sequences. */
class PrecisionTest {
  private static final Path CHECKPOINTS =
      Path.of(System.getProperty("codonloom.root"), "test-data", "encoders");
  private static final Device GPU = new Device(0, 0);

  @TempDir Path folder;

  /** On a processor, in the kernels that it has for half precision and casts around the others. */
  @ParameterizedTest
  @ValueSource(strings = {"nt-v2-tiny", "rna-fm-tiny", "esm2-tiny"})
  void halfPrecisionIsWithinFiveThousandths(String name) throws IOException {
    Path directory = CHECKPOINTS.resolve(name);
    Checkpoint checkpoint = Checkpoint.open(directory);
    try (Encoder half = OnnxEncoder.load(checkpoint, settings(Precision.FP16), Device.CPU);
        Encoder single = OnnxEncoder.load(checkpoint, settings(Precision.FP32), Device.CPU)) {
      PrecisionError error = PrecisionError.between(half, single, sequences(directory));
      assertThat(error.relative()).isBetween(1e-5, 5e-3);
      assertThat(error.leastCosine()).isGreaterThan(0.9999);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nt-v2-tiny", "rna-fm-tiny", "esm2-tiny"})
  void eightBitIntegersKeepTheDirection(String name) throws IOException {
    Path directory = CHECKPOINTS.resolve(name);
    PrecisionError error =
        PrecisionError.measure(
            Checkpoint.open(directory), settings(Precision.INT8), Device.CPU, sequences(directory));
    assertThat(error.relative()).isGreaterThan(1e-3);
    assertThat(error.leastCosine()).isGreaterThan(0.99);
  }

  @Test
  void singlePrecisionHasNoErrorAgainstItself() throws IOException {
    Path directory = new RandomCheckpoint(Family.ESM2, 66, 1).write(folder);
    PrecisionError error =
        PrecisionError.measure(
            Checkpoint.open(directory),
            settings(Precision.FP32),
            Device.CPU,
            List.of("ACG", "M".repeat(100)));
    assertThat(error.texts()).isEqualTo(2);
    assertThat(error.tokens()).isEqualTo(5 + 64);
    assertThat(error.largest()).isZero();
    assertThat(error.relative()).isZero();
    assertThat(error.leastCosine()).isGreaterThan(1 - 1e-12);
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void logitsAndPaddedBatchesComeInEveryPrecision(Family family) throws IOException {
    Checkpoint checkpoint = Checkpoint.open(CHECKPOINTS.resolve(tiny(family)));
    String text = family == Family.ESM2 ? "MACDEFGHK" : "ATGGCAACC";
    for (Precision precision : Precision.values()) {
      EncoderSettings logits = new EncoderSettings(EncoderOutput.LOGITS, -1, precision, 1);
      try (Encoder encoder = OnnxEncoder.load(checkpoint, logits, Device.CPU)) {
        List<Tokens> batch = List.of(encoder.tokenize(text), encoder.tokenize(text + text));
        float[] together = encoder.encodeTogether(batch).get(0).values();
        float[] alone = encoder.encode(batch.get(0)).values();
        // Integers are scaled by the largest number of a call, whichever text it is in.
        double tolerance =
            precision == Precision.INT8 ? 0.5 : precision == Precision.FP16 ? 0.05 : 1e-4;
        assertThat(together).hasSameSizeAs(alone);
        assertThat(
                IntStream.range(0, alone.length)
                    .mapToDouble(i -> Math.abs(alone[i] - together[i]))
                    .max()
                    .orElseThrow())
            .isLessThan(tolerance);
      }
    }
  }

  private static String tiny(Family family) {
    return switch (family) {
      case ESM2 -> "esm2-tiny";
      case RNA_FM -> "rna-fm-tiny";
      case NUCLEOTIDE_TRANSFORMER -> "nt-v2-tiny";
    };
  }

  @Test
  void devicesRefuseThePrecisionsThatTheyLack() throws IOException {
    Checkpoint checkpoint = Checkpoint.open(new RandomCheckpoint(Family.ESM2, 66, 1).write(folder));
    assertThatThrownBy(
            () ->
                Encoders.open(
                    checkpoint, checkpoint.modality(), settings(Precision.FP16), Device.CPU))
        .isInstanceOf(UserException.class)
        .hasMessage("Processors compute in fp32 or int8; fp16 needs a GPU");
    assertThatThrownBy(
            () -> Encoders.open(checkpoint, checkpoint.modality(), settings(Precision.INT8), GPU))
        .isInstanceOf(UserException.class)
        .hasMessage("GPUs compute in fp32 or fp16; int8 is for processors");
  }

  private static EncoderSettings settings(Precision precision) {
    return new EncoderSettings(EncoderOutput.HIDDEN, -1, precision, 1);
  }

  private static List<String> sequences(Path directory) throws IOException {
    return StreamSupport.stream(
            new ObjectMapper()
                .readTree(Files.readString(directory.resolve("golden/golden.json")))
                .path("cases")
                .spliterator(),
            false)
        .map(one -> one.path("sequence").asText())
        .toList();
  }
}
