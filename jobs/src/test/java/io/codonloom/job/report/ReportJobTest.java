package io.codonloom.job.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codonloom.SparkSessions;
import io.codonloom.UserException;
import io.codonloom.config.Dataset;
import io.codonloom.config.Datasets;
import io.codonloom.config.InputFormat;
import io.codonloom.config.LabelOrigin;
import io.codonloom.config.SplitBy;
import io.codonloom.config.Task;
import io.codonloom.job.prepare.PrepareFixture;
import io.codonloom.metric.PartScores;
import io.codonloom.metric.Score;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.OverLong;
import io.codonloom.store.StoreIdentity;
import io.codonloom.training.Epoch;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.WholeFile;
import io.codonloom.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportJobTest {
  private static final String RUN = "demo";
  private static final String TEST_DATA =
      java.nio.file.Path.of(System.getProperty("codonloom.root"), "test-data", "ecoli").toString();

  private final SparkSession spark = SparkSessions.local();
  @TempDir java.nio.file.Path folder;
  private Workspace workspace;

  @BeforeEach
  void makeWorkspace() {
    workspace = new Workspace(folder.resolve("workspace").toUri().toString());
  }

  @Test
  void tellsWhatTheStagesLeft() throws IOException {
    new PrepareFixture(folder)
        .input(TEST_DATA + "/ecoli_cds.csv")
        .label("cai")
        .group("entry")
        .splits(PrepareFixture.split("by-gene", SplitBy.GROUP, 7))
        .limit(Modality.PROTEIN, new InputLimit(OverLong.WINDOW, 300))
        .run();
    writeEmbedManifest();
    writeRun(RUN, 0.9);
    writeRun("demo-shuffled", 0.1);
    Path report = job(Optional.of("demo-shuffled")).run();
    assertThat(report.toString()).endsWith("/runs/demo/report.html");
    String html = WholeFile.readText(conf(), report);
    Files.createDirectories(java.nio.file.Path.of("target", "reports"));
    Files.writeString(java.nio.file.Path.of("target", "reports", "job.html"), html);
    assertThat(html)
        .contains(
            "value (computed)",
            "of 499; 47 refused",
            "no start codon",
            "Split “by-gene”",
            "test and train",
            "rows are read in overlapping windows",
            "<td>esm2-tiny</td><td>ab12</td><td>layer 6</td><td>tiny</td><td>fp16</td>",
            "91,000</td><td class=\"number\">2.0 KiB",
            "<td>model.fusion</td><td>mil</td>",
            "<td>model.kernel-sizes</td><td>3, 5</td>",
            "<td>Processors</td>",
            "0.900",
            "Control, labels shuffled",
            "0.100",
            "<b>test</b><span>20 rows</span>",
            "row 7&lt;b&gt;",
            "0.500 ± 0.000",
            "3.5.9");
    // The page replaced nothing else and left nothing half-written.
    try (Stream<java.nio.file.Path> files = Files.list(folder.resolve("workspace/runs/demo"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> name.contains("report") && !name.endsWith(".crc"))
          .containsExactlyInAnyOrder("report.html", "report.json");
    }
  }

  @Test
  void showsWhatThereIsOfARunThatEndedEarly() throws IOException {
    WholeFile.writeText(
        conf(),
        new Path(workspace.run(RUN), "history.json"),
        Manifest.JSON.writeValueAsString(
            List.of(new Epoch(1, 0.9, Double.NaN, Double.NaN, 1e-3, Double.NaN, 2, 0.1, 3))));
    String html = WholeFile.readText(conf(), job(Optional.of("no-such-control")).run());
    assertThat(html)
        .contains("No record of the prepare stage", "no scores", "no predictions", "Time per epoch")
        .doesNotContain("NaN", "shuffled");
  }

  @Test
  void aControlThatEndsLaterIsShownByTheNextReport() throws IOException {
    writeRun(RUN, 0.9);
    Path report = job(Optional.of("demo-shuffled")).run();
    assertThat(WholeFile.readText(conf(), report)).doesNotContain("demo-shuffled");
    writeHistory("demo-shuffled");
    job(Optional.of("demo-shuffled")).run();
    assertThat(WholeFile.readText(conf(), report))
        .contains("demo-shuffled")
        .doesNotContain("0.123");
    writeRun("demo-shuffled", 0.123);
    job(Optional.of("demo-shuffled")).run();
    assertThat(WholeFile.readText(conf(), report)).contains("0.123");

    WholeFile.writeText(conf(), report, "up to date");
    job(Optional.of("demo-shuffled")).run();
    assertThat(WholeFile.readText(conf(), report)).isEqualTo("up to date");
  }

  @Test
  void creditsTheStoreAndTheDataSetOfTheRunAndNotThoseOfTheConfig() throws IOException {
    new PrepareFixture(folder)
        .file("genes.csv", "id,sequence,label\na,ATGGCTTAA,low\nb,ATGGCCTAA,high\n")
        .classes("low", "high")
        .run();
    writeEmbedManifest();
    writeRun(RUN, 0.9);
    String html = WholeFile.readText(conf(), job("other", "other-store", Optional.empty()).run());
    assertThat(html)
        .contains(
            "<td>d</td>",
            "genes.csv",
            "value (computed)",
            "low, high",
            "<td>esm2-tiny</td><td>ab12</td><td>layer 6</td><td>tiny</td><td>fp16</td>",
            "since the training anew")
        .doesNotContain("other-store", "ecoli_cds.csv", "codon adaptation index");
  }

  @Test
  void refusesARunOnADataSetOfWhichNothingIsKnown() throws IOException {
    writeRun(RUN, 0.9);
    assertThatThrownBy(() -> job("other", "tiny", Optional.empty()).run())
        .isInstanceOf(UserException.class)
        .hasMessageContaining("run demo was trained on dataset d, which is not prepared");
  }

  @Test
  void refusesARunThatDoesNotExist() {
    assertThatThrownBy(() -> job(Optional.empty()).run())
        .isInstanceOf(UserException.class)
        .hasMessageContaining("runs/demo: there is no such run; train it first");
  }

  @Test
  void namesAFileThatCannotBeRead() throws IOException {
    WholeFile.writeText(conf(), new Path(workspace.run(RUN), "metrics.json"), "{\"test\": 3}");
    assertThatThrownBy(() -> job(Optional.empty()).run())
        .isInstanceOf(UserException.class)
        .hasMessageContaining("metrics.json cannot be read");
    assertThat(folder.resolve("workspace/runs/demo/report.html")).doesNotExist();
  }

  private ReportJob job(Optional<String> control) {
    return job("d", "tiny", control);
  }

  private ReportJob job(String name, String store, Optional<String> control) {
    Dataset dataset =
        Datasets.of(
            name,
            "file:/data/ecoli_cds.csv",
            InputFormat.CSV,
            Datasets.columns("cai", Optional.empty(), List.of()),
            11,
            "codon adaptation index",
            LabelOrigin.COMPUTED,
            Task.REGRESSION,
            List.of());
    return new ReportJob(spark, workspace, dataset, store, RUN, control);
  }

  private void writeEmbedManifest() throws IOException {
    write(
        "embed",
        "tiny",
        workspace.embedManifest("tiny"),
        Map.of("encoders", Map.of("protein", Map.of("checkpoint", "file:/models/esm2-tiny"))),
        Map.of("protein", Map.of("inputs", 452, "codons", 91_000)));
    Path store = workspace.embeddings("tiny");
    WholeFile.writeText(
        conf(),
        StoreIdentity.file(store),
        "{\"protein\": {\"weights\": \"ab12\", \"output\": \"hidden\", \"layer\": \"6\","
            + " \"dtype\": \"fp16\"}}");
    WholeFile.writeText(
        conf(), new Path(store, "modality=protein/shard=0/data.parquet"), "x".repeat(2048));
  }

  private void writeRun(String run, double score) throws IOException {
    Path run1 = workspace.run(run);
    write(
        "train",
        run,
        workspace.runManifest(run),
        Map.of(
            "dataset",
            "d",
            "store",
            "tiny",
            "model",
            Map.of("fusion", "mil", "kernelSizes", List.of(3, 5))),
        Map.of());
    writeHistory(run);
    WholeFile.writeText(
        conf(),
        new Path(run1, "metrics.json"),
        Manifest.JSON.writeValueAsString(
            Map.of(
                "test",
                new PartScores(
                    List.of(
                        new Score("spearman", score, score - 0.05, score + 0.05, 20, "row", 20)),
                    List.of(),
                    Map.of()))));
    StructType schema =
        StructType.fromDDL(
            "row_id string, sequence_id string, part string, label double, prediction double,"
                + " attention_dna double, attention_rna double, attention_protein double");
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      rows.add(
          RowFactory.create(
              "row " + i + "<b>",
              "s" + i,
              i % 2 == 0 ? "train" : "test",
              i / 40.0,
              i == 7 ? 0.9 : i / 40.0 + 0.01,
              0.25,
              0.5,
              i % 3 == 0 ? null : Double.valueOf(0.25)));
    }
    spark.createDataFrame(rows, schema).write().parquet(new Path(run1, "predictions").toString());
  }

  private void writeHistory(String run) throws IOException {
    WholeFile.writeText(
        conf(),
        new Path(workspace.run(run), "history.json"),
        Manifest.JSON.writeValueAsString(
            List.of(
                new Epoch(1, 0.9, 0.8, 0.2, 1e-3, 1.09, 2, 0.1, 3),
                new Epoch(2, 0.5, 0.6, 0.4, 1e-3, 1.05, 2, 0.1, 3))));
  }

  private void write(String stage, String name, Path file, Object settings, Object counts)
      throws IOException {
    Manifest.of(
            stage,
            name,
            "f",
            Instant.now(),
            Map.of("spark", "3.5.9"),
            settings,
            stage.equals("train") ? Map.of("prepare", "before") : Map.of(),
            counts)
        .write(conf(), file);
  }

  private org.apache.hadoop.conf.Configuration conf() {
    return spark.sparkContext().hadoopConfiguration();
  }
}
