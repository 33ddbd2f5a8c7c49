package io.codonloom.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the outputs of the original implementations, for real sequences. */
class GoldenVectorTest {
  private static final float TOLERANCE = 1e-4f;
  private static final Path CHECKPOINTS =
      Path.of(System.getProperty("codonloom.root"), "test-data", "encoders");

  @ParameterizedTest
  @ValueSource(strings = {"nt-v2-tiny", "rna-fm-tiny", "esm2-tiny"})
  void tokensAndVectorsAreThoseOfTheOriginal(String name) throws IOException {
    Path directory = CHECKPOINTS.resolve(name);
    Checkpoint checkpoint = Checkpoint.open(directory);
    JsonNode cases =
        new ObjectMapper()
            .readTree(Files.readString(directory.resolve("golden/golden.json")))
            .path("cases");
    SafetensorsFile golden = SafetensorsFile.open(directory.resolve("golden/golden.safetensors"));
    assertThat(cases).isNotEmpty();
    float worst = 0;
    for (JsonNode one : cases) {
      Tokens tokens = checkpoint.tokenizer().tokenize(one.path("sequence").asText());
      assertThat(tokens.ids()).isEqualTo(integers(one.path("token_ids")));
      for (JsonNode tensor : one.path("tensors")) {
        float[] expected =
            golden.tensor(one.path("id").asText() + "." + tensor.asText()).toFloats();
        float[] actual = vectors(checkpoint, settings(tensor.asText()), tokens);
        worst = Math.max(worst, difference(expected, actual));
      }
    }
    assertThat(worst).as("largest difference").isLessThan(TOLERANCE);
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

  private static float[] vectors(Checkpoint checkpoint, EncoderSettings settings, Tokens tokens) {
    try (Encoder encoder = Encoder.open(checkpoint, checkpoint.modality(), settings, Device.CPU)) {
      return encoder.encode(tokens).values();
    }
  }

  private static int[] integers(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }

  private static float difference(float[] expected, float[] actual) {
    assertThat(actual).hasSameSizeAs(expected);
    return (float)
        IntStream.range(0, expected.length)
            .mapToDouble(i -> Math.abs(expected[i] - actual[i]))
            .max()
            .orElse(0);
  }
}
