package io.codonloom.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.device.Device;
import io.codonloom.encoder.GoldenVectors.Case;
import io.codonloom.encoder.GoldenVectors.Difference;
import io.codonloom.encoder.engine.Encoders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the outputs of the original implementations, for real sequences. */
class GoldenVectorTest {
  private static final double MAX_ABSOLUTE = 1e-4;
  private static final double MIN_COSINE = 0.99999;
  private static final Path CHECKPOINTS =
      Path.of(System.getProperty("codonloom.root"), "test-data", "encoders");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nt-v2-tiny",
        "nt-v2-untrained",
        "rna-fm-tiny",
        "rna-fm-original",
        "esm2-tiny",
        "esm2-untrained"
      })
  void tokensAndVectorsAreThoseOfTheOriginal(String name) throws IOException {
    Checkpoint checkpoint = Checkpoint.open(CHECKPOINTS.resolve(name));
    GoldenVectors golden = GoldenVectors.open(checkpoint.directory());
    requireRange(golden.cases());
    Set<String> tensors = new TreeSet<>();
    golden.cases().forEach(one -> tensors.addAll(one.tensors()));
    for (String tensor : tensors) {
      try (Encoder encoder =
          Encoders.open(checkpoint, checkpoint.modality(), settings(tensor), Device.CPU)) {
        for (Case one : golden.cases()) {
          Tokens tokens = GoldenVectors.tokens(checkpoint, one);
          assertThat(tokens.ids()).containsExactly(one.tokenIds().toArray(Integer[]::new));
          if (!one.tensors().contains(tensor)) {
            continue;
          }
          Difference found = golden.difference(one, tensor, encoder.encode(tokens));
          assertThat(found.maxAbsolute()).as(one.id()).isLessThanOrEqualTo(MAX_ABSOLUTE);
          assertThat(found.cosine()).as(one.id()).isGreaterThanOrEqualTo(MIN_COSINE);
        }
      }
    }
  }

  /** Not too few sequences, of all lengths, with unknown letters among them. */
  private static void requireRange(List<Case> cases) {
    assertThat(cases).hasSizeGreaterThanOrEqualTo(30);
    assertThat(cases)
        .allMatch(one -> one.tensors().containsAll(List.of("last_hidden_state", "logits")));
    assertThat(cases).anyMatch(one -> one.codingSequence().length() == 3);
    assertThat(cases).anyMatch(one -> one.codingSequence().length() == 1022);
    assertThat(cases).filteredOn(one -> one.codingSequence().contains("N")).hasSizeGreaterThan(4);
  }

  private static EncoderSettings settings(String tensor) {
    return switch (tensor) {
      case "last_hidden_state" -> new EncoderSettings(EncoderOutput.HIDDEN, -1, Precision.FP32, 1);
      case "logits" -> new EncoderSettings(EncoderOutput.LOGITS, -1, Precision.FP32, 1);
      default ->
          new EncoderSettings(
              EncoderOutput.HIDDEN,
              Integer.parseInt(tensor.substring("hidden_states.".length())),
              Precision.FP32,
              1);
    };
  }
}
