package io.codonloom.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.codonloom.UserException;
import io.codonloom.device.Device;
import io.codonloom.embedding.CodonEncoder;
import io.codonloom.embedding.CodonVectors;
import io.codonloom.embedding.Dtype;
import io.codonloom.embedding.Windows;
import io.codonloom.encoder.Checkpoint;
import io.codonloom.encoder.Encoder;
import io.codonloom.encoder.EncoderOutput;
import io.codonloom.encoder.EncoderSettings;
import io.codonloom.encoder.Family;
import io.codonloom.encoder.Precision;
import io.codonloom.encoder.RandomCheckpoint;
import io.codonloom.encoder.engine.Encoders;
import io.codonloom.fusion.Fusion;
import io.codonloom.fusion.FusionNetwork;
import io.codonloom.fusion.NetworkShape;
import io.codonloom.fusion.Optimizer;
import io.codonloom.fusion.Target;
import io.codonloom.sequence.GeneticCode;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.OverLong;
import io.codonloom.sequence.Policy;
import io.codonloom.sequence.Rules;
import io.codonloom.sequence.StartCodon;
import io.codonloom.sequence.StopCodon;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictorTest {
  private static final String GENE = "ATGGCTAAAGGTCTGCCGGAATTTCGTTAA";
  private static final String RNA_READ = "AUGGCUAAAGGUCUG";
  private static final EncoderSettings SETTINGS =
      new EncoderSettings(EncoderOutput.HIDDEN, -1, Precision.FP32, 1);

  @TempDir static Path folder;
  private static final Map<Modality, Path> CHECKPOINTS =
      Map.of(
          Modality.DNA, checkpoint("nt-v2-tiny"),
          Modality.RNA, checkpoint("rna-fm-tiny"),
          Modality.PROTEIN, checkpoint("esm2-tiny"));
  private static final SortedMap<Modality, Integer> DIMS = new TreeMap<>();
  private static ComputationGraph network;
  private static Path model;

  private static Path checkpoint(String name) {
    return Path.of(System.getProperty("codonloom.root"), "test-data/encoders", name);
  }

  @BeforeAll
  static void writeAModel() throws IOException {
    Map<String, Map<String, String>> encoders = new TreeMap<>();
    CHECKPOINTS.forEach(
        (modality, directory) -> {
          Checkpoint checkpoint = Checkpoint.open(directory);
          Map<String, String> fields = new TreeMap<>(checkpoint.fingerprint(SETTINGS));
          fields.put("dtype", "fp16");
          encoders.put(modality.id(), fields);
          try (Encoder encoder = Encoders.open(checkpoint, modality, SETTINGS, Device.CPU)) {
            DIMS.put(modality, encoder.dim());
          }
        });
    network =
        new ComputationGraph(
            FusionNetwork.configuration(
                SmallNetwork.SETTINGS, DIMS, Target.REGRESSION, Optimizer.adam(0.01), 4));
    network.init();
    ModelDescription description =
        new ModelDescription(
            ModelFile.FORMAT,
            "0.1.0",
            "stability",
            List.of(),
            SmallNetwork.SETTINGS,
            DIMS,
            SmallNetwork.SCALING,
            new Preprocessing(
                1,
                Rules.defaults(),
                new TreeMap<>(Map.of(Modality.RNA, new InputLimit(OverLong.TRUNCATE, 5)))),
            encoders,
            Map.of(),
            null);
    model = folder.resolve("model.safetensors");
    try (OutputStream out = Files.newOutputStream(model)) {
      ModelFile.write(out, description, network);
    }
  }

  @Test
  void oneSequenceGetsTheScoreOfItsParts() {
    Map<Modality, String> texts =
        Map.of(
            Modality.DNA,
            GENE.substring(0, 27),
            Modality.RNA,
            RNA_READ,
            Modality.PROTEIN,
            "MAKGLPEFR");
    SortedMap<Modality, CodonVectors> vectors = new TreeMap<>();
    texts.forEach((modality, text) -> vectors.put(modality, vectors(modality, text)));
    Prediction expected =
        Prediction.of(
            network,
            new BatchAssembler(
                    SmallNetwork.SETTINGS, DIMS, Target.REGRESSION, SmallNetwork.SCALING, 1)
                .assemble(List.of(new Example(0, 0, vectors)), 0),
            SmallNetwork.SCALING)[0];

    try (Predictor predictor = Predictor.open(model, CHECKPOINTS)) {
      SequencePrediction prediction = predictor.predict(GENE);

      assertThat(prediction.value()).isEqualTo(expected.value());
      assertThat(prediction.attention()).containsOnlyKeys(Modality.values());
      assertThat(prediction.attention().get(Modality.RNA))
          .isEqualTo((double) expected.attention()[1]);
      assertThat(prediction.attention().values().stream().mapToDouble(w -> w).sum())
          .isCloseTo(1, within(1e-6));
      assertThat(predictor.predict("augGCUaaaggucugccggaauuucguuaa")).isEqualTo(prediction);
    }
  }

  private static CodonVectors vectors(Modality modality, String text) {
    Checkpoint checkpoint = Checkpoint.open(CHECKPOINTS.get(modality));
    try (Encoder encoder = Encoders.open(checkpoint, modality, SETTINGS, Device.CPU)) {
      return CodonVectors.of(
          new CodonEncoder(encoder, new Windows(false, 0, 0), Dtype.FP16).encode("k", text));
    }
  }

  @Test
  void classesHaveProbabilitiesAndANetworkWithoutWeightsHasNoAttention() throws IOException {
    Path file = letters(Modality.RNA, List.of("low", "middle", "high"), 1);
    try (Predictor predictor = Predictor.open(file, Map.of())) {
      SequencePrediction prediction = predictor.predict(GENE);

      assertThat(prediction.attention()).isEmpty();
      assertThat(prediction.probabilities().keySet()).containsExactly("low", "middle", "high");
      List<Double> probabilities = List.copyOf(prediction.probabilities().values());
      assertThat(probabilities.stream().mapToDouble(p -> p).sum()).isCloseTo(1, within(1e-6));
      assertThat(probabilities).allMatch(p -> p <= probabilities.get((int) prediction.value()));
    }
  }

  @Test
  void aSequenceThatTheTrainingWouldHaveRefusedIsRefused() {
    try (Predictor predictor = Predictor.open(model, CHECKPOINTS)) {
      assertThatThrownBy(() -> predictor.predict("ATGGCTAAA"))
          .isInstanceOf(UserException.class)
          .hasMessageEndingWith(": no_stop_codon at nucleotide 6");
      assertThatThrownBy(() -> predictor.predict("GCTGCTAAA"))
          .hasMessageEndingWith(": no_start_codon, no_stop_codon at nucleotide 0");
    }
  }

  /** A model that reads one modality's letters. */
  private static Path letters(Modality modality, List<String> classes, int geneticCode)
      throws IOException {
    return letters(modality, classes, geneticCode, Rules.defaults());
  }

  private static Path letters(Modality modality, List<String> classes, int geneticCode, Rules rules)
      throws IOException {
    ModelDescription description =
        new ModelDescription(
            ModelFile.FORMAT,
            "0.1.0",
            "level",
            classes,
            new NetworkShape().fusion(Fusion.NONE).oneHot().textCnn(3, 1, 2).build(),
            new TreeMap<>(Map.of(modality, OneHot.dim(modality))),
            new LabelScaling(0, 1),
            new Preprocessing(geneticCode, rules, new TreeMap<>()),
            Map.of(),
            Map.of(),
            null);
    ComputationGraph graph =
        new ComputationGraph(
            FusionNetwork.configuration(
                description.network(),
                description.dims(),
                description.target(),
                Optimizer.adam(0.01),
                4));
    graph.init();
    Path file = folder.resolve("letters-of-" + modality.id() + ".safetensors");
    try (OutputStream out = Files.newOutputStream(file)) {
      ModelFile.write(out, description, graph);
    }
    return file;
  }

  @Test
  void readsASequenceInTheGeneticCodeOfTheTrainingUnlessAnotherIsNamed() throws IOException {
    Path file = letters(Modality.PROTEIN, List.of(), 4);
    String tryptophanInCodeFour = "AUGUGAGCUUAA";
    try (Predictor predictor = Predictor.open(file, Map.of())) {
      assertThat(predictor.predict(tryptophanInCodeFour))
          .isEqualTo(predictor.predict("AUGUGGGCUUAA", GeneticCode.of(1)));
      assertThatThrownBy(() -> predictor.predict(tryptophanInCodeFour, GeneticCode.of(1)))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("internal_stop");
    }
  }

  @Test
  void readsSelenocysteineWhereTheTrainingDid() throws IOException {
    Policy reject = Policy.REJECT;
    Rules rules =
        new Rules(
            reject,
            reject,
            reject,
            reject,
            Policy.SELENOCYSTEINE,
            reject,
            reject,
            reject,
            1,
            0,
            StartCodon.AUG,
            StopCodon.EXCLUDE);
    try (Predictor reads =
        Predictor.open(letters(Modality.PROTEIN, List.of(), 1, rules), Map.of())) {
      // No one-hot letter is U: the codon has none, as one with N.
      assertThat(reads.predict("AUGUGAGCUUAA")).isEqualTo(reads.predict("AUGNNNGCUUAA"));
      assertThatThrownBy(() -> reads.predict("AUGUAGGCUUAA")).hasMessageContaining("internal_stop");
    }
  }

  @Test
  void anotherEncoderThanThatOfTheTrainingIsRefused() throws IOException {
    Path changed = Files.createDirectory(folder.resolve("changed"));
    for (String name : List.of("config.json", "vocab.txt", "model.safetensors")) {
      Files.copy(CHECKPOINTS.get(Modality.PROTEIN).resolve(name), changed.resolve(name));
    }
    byte[] weights = Files.readAllBytes(changed.resolve("model.safetensors"));
    weights[weights.length - 4] ^= 1;
    Files.write(changed.resolve("model.safetensors"), weights);
    assertThatThrownBy(() -> Predictor.open(model, withProtein(changed)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(changed + " is not the protein encoder")
        .hasMessageMatching(".*: weights is [0-9a-f]{12}… there and [0-9a-f]{12}… now");

    Path smaller = new RandomCheckpoint(Family.ESM2, 66, 1).write(folder.resolve("smaller"));
    assertThatThrownBy(() -> Predictor.open(model, withProtein(smaller)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(smaller + " is not the protein encoder")
        .hasMessageContaining("no layer 6");
  }

  private static Map<Modality, Path> withProtein(Path checkpoint) {
    Map<Modality, Path> checkpoints = new HashMap<>(CHECKPOINTS);
    checkpoints.put(Modality.PROTEIN, checkpoint);
    return checkpoints;
  }

  @Test
  void aMissingEncoderIsAskedFor() {
    assertThatThrownBy(() -> Predictor.open(model, Map.of(Modality.DNA, folder)))
        .isInstanceOf(UserException.class);
    assertThatThrownBy(() -> Predictor.open(model, Map.of()))
        .isInstanceOf(UserException.class)
        .hasMessage("the model reads dna: name the folder of its encoder");
  }
}
