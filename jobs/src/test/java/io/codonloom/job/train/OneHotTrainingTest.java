package io.codonloom.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.type.TypeReference;
import io.codonloom.SparkSessions;
import io.codonloom.UserException;
import io.codonloom.config.Dataset;
import io.codonloom.config.Datasets;
import io.codonloom.config.Split;
import io.codonloom.config.SplitBy;
import io.codonloom.fusion.Fusion;
import io.codonloom.fusion.FusionSettings;
import io.codonloom.fusion.NetworkShape;
import io.codonloom.job.prepare.PrepareJob;
import io.codonloom.job.verify.VerifyJob;
import io.codonloom.metric.PartScores;
import io.codonloom.model.Predictor;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.OverLong;
import io.codonloom.sequence.Rules;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.WholeFile;
import io.codonloom.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trains on letters alone: nothing was embedded, and there is no store. */
class OneHotTrainingTest {
  private static final int ROWS = 250;
  private static final String[] CODONS = {"GCU", "AAA", "CUG", "UGC", "GAU"};

  @TempDir static Path folder;
  private static SparkSession spark;
  private static Workspace workspace;

  /** The label is the share of alanines among a sequence's codons. */
  @BeforeAll
  static void prepare() throws IOException {
    spark = SparkSessions.local();
    workspace = new Workspace(folder.resolve("work").toUri().toString());
    Random random = new Random(23);
    StringBuilder csv = new StringBuilder("id,sequence,label\n");
    for (int row = 0; row < ROWS; row++) {
      int codons = 6 + random.nextInt(24);
      double bias = random.nextDouble();
      StringBuilder sequence = new StringBuilder("AUG");
      int alanines = 0;
      for (int codon = 0; codon < codons; codon++) {
        boolean alanine = random.nextDouble() < bias;
        alanines += alanine ? 1 : 0;
        sequence.append(alanine ? CODONS[0] : CODONS[1 + random.nextInt(CODONS.length - 1)]);
      }
      csv.append("r%d,%sUAA,%f%n".formatted(row, sequence, (double) alanines / codons));
    }
    Path input = Files.writeString(folder.resolve("input.csv"), csv);
    Split split =
        new Split(
            "random",
            SplitBy.SEQUENCE,
            Map.of("train", 0.5, "val", 0.1, "test", 0.4),
            0,
            1,
            3,
            0.1,
            true);
    new PrepareJob(
            spark,
            workspace,
            dataset(input.toString()),
            Rules.defaults(),
            List.of(split),
            Map.of(Modality.RNA, new InputLimit(OverLong.TRUNCATE, 20)))
        .run();
  }

  private static Dataset dataset(String input) {
    Dataset same = TrainFixture.dataset();
    return Datasets.of(
        same.name(),
        input,
        same.format(),
        same.columns(),
        same.geneticCode(),
        same.labelName(),
        same.labelOrigin(),
        same.task(),
        same.classes());
  }

  private static NetworkShape letters() {
    return new NetworkShape().oneHot().width(16).gateUnits(8).textCnn(8, 3, 4, 5);
  }

  private static TrainJob job(String run, int epochs, FusionSettings network) {
    return new TrainJob(
        spark,
        workspace,
        TrainFixture.dataset(),
        "none",
        TrainFixture.training(run, 1, epochs),
        network);
  }

  @Test
  void lettersAreLearnedFromAndTheModelPredictsWithoutAnyEncoder() throws IOException {
    FusionSettings network = letters().fusion(Fusion.NONE).modalities(Modality.PROTEIN).build();
    TrainJob job = job("letters", 25, network);
    Manifest manifest = job.run();

    Map<String, PartScores> metrics =
        Manifest.JSON.readValue(
            WholeFile.readText(
                spark.sparkContext().hadoopConfiguration(),
                new org.apache.hadoop.fs.Path(workspace.run("letters"), "metrics.json")),
            new TypeReference<Map<String, PartScores>>() {});
    assertThat(metrics.get("test").scores().get(0).value()).as("Spearman").isGreaterThan(0.9);
    assertThat(metrics.get("test").by().get("similarity to training"))
        .as("scores by similarity")
        .isNotEmpty();
    assertThat(metrics.get("train").by().get("similarity to training")).isEmpty();
    assertThat(manifest.settings().has("store")).isFalse();
    assertThat(manifest.fingerprints()).containsOnlyKeys("prepare");
    assertThat(job.isUpToDate()).isTrue();
    assertThat(job.run().started()).isEqualTo(manifest.started());
    assertThat(new VerifyJob(spark, workspace, "d", "none").run().problems()).isZero();
    requireSamePredictions("letters");
  }

  @Test
  void severalModalitiesAreFusedAndOneCutShortIsReadAsFarAsItGoes() throws IOException {
    FusionSettings network = letters().modalities(Modality.RNA, Modality.PROTEIN).build();
    job("both", 2, network).run();
    requireSamePredictions("both");
  }

  /** The file on its own says for every sequence what the job wrote. */
  private static void requireSamePredictions(String run) throws IOException {
    Path model = Path.of(workspace.run(run).toUri().getPath(), "model.safetensors");
    List<String> input = Files.readAllLines(folder.resolve("input.csv"));
    List<Row> rows =
        spark
            .read()
            .parquet(new org.apache.hadoop.fs.Path(workspace.run(run), "predictions").toString())
            .collectAsList();
    assertThat(rows).hasSize(ROWS);
    try (Predictor predictor = Predictor.open(model, Map.of())) {
      for (Row row : rows.subList(0, 40)) {
        int line = Integer.parseInt(row.<String>getAs("row_id").substring(1)) + 1;
        assertThat(predictor.predict(input.get(line).split(",", -1)[1]).value())
            .isCloseTo(row.<Double>getAs("prediction"), within(1e-5));
      }
    }
  }

  @Test
  void oneModalityAloneMustBeNamed() {
    assertThatThrownBy(() -> job("all", 1, letters().fusion(Fusion.NONE).build()).run())
        .isInstanceOf(UserException.class)
        .hasMessage(
            "model: fusion = none reads exactly one modality, not dna, rna, protein; "
                + "name it in modalities");
  }
}
