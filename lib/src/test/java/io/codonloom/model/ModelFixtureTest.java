package io.codonloom.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.codonloom.embedding.CodonEmbedding;
import io.codonloom.embedding.CodonVectors;
import io.codonloom.embedding.Dtype;
import io.codonloom.fusion.FusionNetwork;
import io.codonloom.fusion.FusionSettings;
import io.codonloom.fusion.NetworkShape;
import io.codonloom.fusion.Optimizer;
import io.codonloom.fusion.Target;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.OverLong;
import io.codonloom.sequence.Rules;
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
import org.nd4j.linalg.dataset.MultiDataSet;

/**
 * The model in {@code test-data/models} was written once and stays as it is: whatever the present
 * layout of model files, this one must be read and give the numbers beside it.
 */
class ModelFixtureTest {
  private static final int[][] CODONS = {{9, 5, 9}, {4, 4, 4}, {1, 1, 1}, {6, 7, 6}, {30, 20, 30}};

  /** The JSON file: codon vectors {@code [codons][dim]}, and what the model says about them. */
  private record Fixture(
      List<SortedMap<Modality, float[][]>> examples,
      List<Double> predictions,
      List<float[]> attention) {}

  private static Path folder() {
    return Path.of(System.getProperty("codonloom.root"), "test-data", "models");
  }

  @Test
  void theCommittedModelLoadsAndPredictsAsEver() throws IOException {
    ModelFile model = ModelFile.read(folder().resolve("mil.safetensors"));
    Fixture fixture =
        new ObjectMapper()
            .readValue(folder().resolve("mil.json").toFile(), new TypeReference<>() {});

    assertThat(model.description().labelName()).isEqualTo("stability");
    assertThat(model.description().encoders().get("rna")).containsEntry("layer", "6");
    assertThat(model.description().data()).isNull();
    assertThat(model.description().reading().limits().get(Modality.RNA).maxCodons()).isEqualTo(340);
    Prediction[] predictions = predictions(model, fixture.examples());
    assertThat(predictions).hasSize(CODONS.length);
    for (int i = 0; i < predictions.length; i++) {
      assertThat(predictions[i].value()).isCloseTo(fixture.predictions().get(i), within(1e-4));
      assertThat(predictions[i].attention())
          .containsExactly(fixture.attention().get(i), within(1e-6f));
    }
  }

  private static Prediction[] predictions(
      ModelFile model, List<SortedMap<Modality, float[][]>> examples) {
    ModelDescription description = model.description();
    return Prediction.of(model.network(), batch(description, examples), description.scaling());
  }

  private static MultiDataSet batch(
      ModelDescription description, List<SortedMap<Modality, float[][]>> examples) {
    List<Example> all = new ArrayList<>();
    for (SortedMap<Modality, float[][]> example : examples) {
      SortedMap<Modality, CodonVectors> vectors = new TreeMap<>();
      example.forEach((modality, values) -> vectors.put(modality, vectors(values)));
      all.add(new Example(all.size(), description.scaling().mean() + all.size(), vectors));
    }
    return new BatchAssembler(
            description.network(),
            description.dims(),
            description.target(),
            description.scaling(),
            1)
        .assemble(all, 0);
  }

  private static CodonVectors vectors(float[][] values) {
    int dim = values[0].length;
    float[] flat = new float[values.length * dim];
    for (int codon = 0; codon < values.length; codon++) {
      System.arraycopy(values[codon], 0, flat, codon * dim, dim);
    }
    return CodonVectors.of(CodonEmbedding.of("k", 0, values.length, dim, Dtype.FP32, flat));
  }

  /** Wrote the files; {@code codonloom.root} says where. */
  public static void main(String[] arguments) throws IOException {
    SortedMap<Modality, Integer> dims =
        new TreeMap<>(Map.of(Modality.DNA, 5, Modality.RNA, 4, Modality.PROTEIN, 3));
    FusionSettings network = new NetworkShape().width(8).gateUnits(6).textCnn(4, 3, 4, 5).build();
    Map<String, Map<String, String>> encoders = new TreeMap<>();
    dims.keySet()
        .forEach(m -> encoders.put(m.id(), Map.of("weights", "0".repeat(64), "layer", "6")));
    ModelDescription description =
        new ModelDescription(
            ModelFile.FORMAT,
            "0.1.0",
            "stability",
            List.of(),
            network,
            dims,
            new LabelScaling(40, 7),
            new Preprocessing(
                1,
                Rules.defaults(),
                new TreeMap<>(Map.of(Modality.RNA, new InputLimit(OverLong.TRUNCATE, 340)))),
            encoders,
            Map.of(),
            null);
    Random random = new Random(20261121);
    List<SortedMap<Modality, float[][]>> examples = new ArrayList<>();
    for (int[] lengths : CODONS) {
      SortedMap<Modality, float[][]> example = new TreeMap<>();
      for (Modality modality : Modality.values()) {
        float[][] values =
            new float[lengths[List.of(Modality.values()).indexOf(modality)]][dims.get(modality)];
        for (float[] codon : values) {
          for (int i = 0; i < codon.length; i++) {
            codon[i] = Math.round(1000 * random.nextGaussian()) / 1000f;
          }
        }
        example.put(modality, values);
      }
      examples.add(example);
    }
    ComputationGraph graph =
        new ComputationGraph(
            FusionNetwork.configuration(
                network, dims, Target.REGRESSION, Optimizer.adam(0.02), 20261121));
    graph.init();
    for (int step = 0; step < 30; step++) {
      graph.fit(batch(description, examples));
    }
    Path file = folder().resolve("mil.safetensors");
    try (OutputStream out = Files.newOutputStream(file)) {
      ModelFile.write(out, description, graph);
    }
    Prediction[] predictions = predictions(ModelFile.read(file), examples);
    Map<String, Object> fixture = new LinkedHashMap<>();
    fixture.put("predictions", List.of(predictions).stream().map(Prediction::value).toList());
    fixture.put("attention", List.of(predictions).stream().map(Prediction::attention).toList());
    fixture.put("examples", examples);
    new ObjectMapper()
        .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
        .writeValue(folder().resolve("mil.json").toFile(), fixture);
  }
}
