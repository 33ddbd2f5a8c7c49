package io.codonloom.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.codonloom.UserException;
import io.codonloom.fusion.FusionSettings;
import io.codonloom.fusion.NetworkShape;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.OverLong;
import io.codonloom.sequence.Rules;
import io.codonloom.tensor.SafetensorsFile;
import io.codonloom.tensor.SafetensorsWriter;
import io.codonloom.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFileTest {
  @TempDir Path folder;

  @Test
  void aModelReadBackPredictsTheSame() throws IOException {
    ComputationGraph network = SmallNetwork.create();
    for (int step = 0; step < 3; step++) {
      network.fit(SmallNetwork.batch(3));
    }
    Path file = write(description(), network);

    ModelFile model = ModelFile.read(file);

    assertThat(model.description()).isEqualTo(description());
    Prediction[] expected = Prediction.of(network, SmallNetwork.batch(3), SmallNetwork.SCALING);
    Prediction[] actual =
        Prediction.of(model.network(), SmallNetwork.batch(3), SmallNetwork.SCALING);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i].value()).isEqualTo(expected[i].value());
      assertThat(actual[i].attention()).containsExactly(expected[i].attention());
    }
    assertThat(SafetensorsFile.open(file).names())
        .contains("projection-dna.W", "attention.temperature", "convolutions.tap4", "label.W");
  }

  @Test
  void refusesTensorsThatDoNotFitTheDescription() throws IOException {
    FusionSettings wide =
        new NetworkShape().width(1_000_000_000).gateUnits(4).textCnn(3, 3, 5).build();
    Path file = write(description(wide), SmallNetwork.create());
    assertThatThrownBy(() -> ModelFile.read(file))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("tensor projection-dna.W has the shape [5, 6]");
  }

  @Test
  void refusesOtherSafetensorsFiles() throws IOException {
    Path file = folder.resolve("other.safetensors");
    try (OutputStream out = Files.newOutputStream(file)) {
      SafetensorsWriter.write(
          out, new LinkedHashMap<>(Map.of("x", Tensor.of(new float[2], 2))), Map.of());
    }
    assertThatThrownBy(() -> ModelFile.read(file))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("is no model of Codonloom");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"format\":2,\"scaling\":{\"mean\":0,\"deviation\":0}}",
        "{\"format\":2}",
        "{\"format\":2,\"dims\":[]}",
        "{\"format\":2,\"unknown\":1}",
        "{\"format\":2"
      })
  void refusesADescriptionThatIsNoneOrHasImpossibleSettings(String json) throws IOException {
    Path file = describedAs(json);
    assertThatThrownBy(() -> ModelFile.read(file))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(file + ": its description cannot be read");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"format\":3,\"codeVersion\":\"9.1\",\"unknown\":1}", "{}", "null"})
  void refusesOtherFormats(String json) throws IOException {
    Path file = describedAs(json);
    assertThatThrownBy(() -> ModelFile.read(file))
        .isInstanceOf(UserException.class)
        .hasMessageMatching(
            ".* was written by Codonloom .* in format .*; this version reads format 2");
  }

  @Test
  void readsFilesFromBeforeTheGeneticCodeWasKeptAsOfTheStandardCode() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = mapper.valueToTree(description());
    assertThat(mapper.treeToValue(json, ModelDescription.class)).isEqualTo(description());
    ((ObjectNode) json.get("reading")).remove("geneticCode");
    json.remove("training");
    ModelDescription old = mapper.treeToValue(json, ModelDescription.class);
    assertThat(old.reading().geneticCode()).isEqualTo(1);
    assertThat(old.training()).isEmpty();
  }

  @Test
  void aModelOfACodeWhoseTableWasCorrectedSinceIsRefused() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = mapper.valueToTree(description());
    ((ObjectNode) json.get("reading")).put("geneticCode", 27).remove("codeTables");
    Path file = describedAs(json.toString());
    assertThatThrownBy(() -> ModelFile.read(file))
        .isInstanceOf(UserException.class)
        .hasMessage(
            file
                + " was trained under the former table of genetic code 27 (Karyorelict Nuclear), which the NCBI has corrected: train it again");
    ((ObjectNode) json.get("reading")).put("codeTables", 2);
    assertThat(mapper.treeToValue(json, ModelDescription.class).reading().correctedCode())
        .isEmpty();
  }

  private Path describedAs(String json) throws IOException {
    Path file = folder.resolve("described.safetensors");
    try (OutputStream out = Files.newOutputStream(file)) {
      SafetensorsWriter.write(
          out,
          new LinkedHashMap<>(Map.of("x", Tensor.of(new float[2], 2))),
          Map.of("codonloom", json));
    }
    return file;
  }

  private static ModelDescription description() {
    return description(SmallNetwork.SETTINGS);
  }

  private static ModelDescription description(FusionSettings settings) {
    return new ModelDescription(
        ModelFile.FORMAT,
        "0.1.0",
        "stability",
        List.of(),
        settings,
        SmallNetwork.DIMS,
        SmallNetwork.SCALING,
        new Preprocessing(
            11,
            Rules.defaults(),
            new TreeMap<>(Map.of(Modality.DNA, new InputLimit(OverLong.TRUNCATE, 300)))),
        Map.of("dna", Map.of("weights", "ab12")),
        Map.of("seed", 3, "optimizer", "adam"),
        new TrainingData("genes", "c0ffee", new TreeMap<>(Map.of("train", 8L, "val", 2L))));
  }

  private Path write(ModelDescription description, ComputationGraph network) throws IOException {
    Path file = folder.resolve("model.safetensors");
    try (OutputStream out = Files.newOutputStream(file)) {
      ModelFile.write(out, description, network);
    }
    return file;
  }
}
