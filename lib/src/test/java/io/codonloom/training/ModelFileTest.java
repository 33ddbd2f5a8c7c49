package io.codonloom.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.UserException;
import io.codonloom.embedding.CodonEmbedding;
import io.codonloom.embedding.Dtype;
import io.codonloom.encoder.SafetensorsFile;
import io.codonloom.encoder.SafetensorsWriter;
import io.codonloom.encoder.Tensor;
import io.codonloom.fusion.FusionNetwork;
import io.codonloom.fusion.FusionSettings;
import io.codonloom.fusion.NetworkShape;
import io.codonloom.fusion.Optimizer;
import io.codonloom.fusion.Target;
import io.codonloom.sequence.Modality;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.MultiDataSet;

class ModelFileTest {
  private static final SortedMap<Modality, Integer> DIMS =
      new TreeMap<>(Map.of(Modality.DNA, 5, Modality.PROTEIN, 3));
  private static final LabelScaling SCALING = new LabelScaling(10, 2);
  private static final FusionSettings SETTINGS =
      new NetworkShape().width(6).gateUnits(4).textCnn(3, 3, 5).dropout(0.2).build();

  @TempDir Path folder;

  @Test
  void aModelReadBackPredictsTheSame() throws IOException {
    ComputationGraph network = network();
    for (int step = 0; step < 3; step++) {
      network.fit(batch());
    }
    Path file = write(description(), network);

    ModelFile model = ModelFile.read(file);

    assertThat(model.description()).isEqualTo(description());
    Forecast[] expected = Forecast.of(network, batch(), SCALING);
    Forecast[] actual = Forecast.of(model.network(), batch(), SCALING);
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
    Path file = write(description(wide), network());
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

  @Test
  void refusesADescriptionWithImpossibleSettings() throws IOException {
    Path file = folder.resolve("broken.safetensors");
    try (OutputStream out = Files.newOutputStream(file)) {
      SafetensorsWriter.write(
          out,
          new LinkedHashMap<>(Map.of("x", Tensor.of(new float[2], 2))),
          Map.of("codonloom", "{\"format\":2,\"scaling\":{\"mean\":0,\"deviation\":0}}"));
    }
    assertThatThrownBy(() -> ModelFile.read(file))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("its description cannot be read");
  }

  private static ComputationGraph network() {
    ComputationGraph network =
        new ComputationGraph(
            FusionNetwork.configuration(
                SETTINGS, DIMS, Target.REGRESSION, Optimizer.adam(0.01), 4));
    network.init();
    return network;
  }

  private static ModelDescription description() {
    return description(SETTINGS);
  }

  private static ModelDescription description(FusionSettings settings) {
    return new ModelDescription(
        ModelFile.FORMAT,
        "0.1.0",
        "stability",
        List.of(),
        settings,
        DIMS,
        SCALING,
        Map.of("dna", Map.of("weights", "ab12")));
  }

  private Path write(ModelDescription description, ComputationGraph network) throws IOException {
    Path file = folder.resolve("model.safetensors");
    try (OutputStream out = Files.newOutputStream(file)) {
      ModelFile.write(out, description, network);
    }
    return file;
  }

  private static MultiDataSet batch() {
    Random random = new Random(3);
    List<Example> examples = new ArrayList<>();
    for (int row = 0; row < 4; row++) {
      SortedMap<Modality, CodonVectors> vectors = new TreeMap<>();
      int codons = 3 + row;
      DIMS.forEach(
          (modality, dim) -> {
            float[] values = new float[codons * dim];
            for (int i = 0; i < values.length; i++) {
              values[i] = (float) random.nextGaussian();
            }
            vectors.put(
                modality,
                CodonVectors.of(CodonEmbedding.of("k", 0, codons, dim, Dtype.FP16, values)));
          });
      examples.add(new Example(row, 8 + row, vectors));
    }
    return new BatchAssembler(SETTINGS, DIMS, Target.REGRESSION, SCALING, 1).assemble(examples, 1);
  }
}
