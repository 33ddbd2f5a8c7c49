package io.codonloom.job.verify;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import com.fasterxml.jackson.databind.JsonNode;
import io.codonloom.UserException;
import io.codonloom.model.ModelDescription;
import io.codonloom.model.ModelFile;
import io.codonloom.store.StoreIdentity;
import io.codonloom.workspace.Fingerprint;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.TableReader;
import io.codonloom.workspace.TableWriter;
import io.codonloom.workspace.WholeFile;
import io.codonloom.workspace.Workspace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Holds a finished training's files against its manifest, its store and its labels. */
final class RunCheck {
  private static final double TOLERANCE = 1e-9;

  private final SparkSession spark;
  private final Workspace workspace;
  private final String run;
  private final Path folder;
  private final Findings findings;
  private final String again;

  RunCheck(SparkSession spark, Workspace workspace, String run) {
    this.spark = spark;
    this.workspace = workspace;
    this.run = run;
    this.folder = workspace.run(run);
    this.findings = new Findings("runs/" + run);
    this.again = "delete %s and train again".formatted(folder);
  }

  /** What was found; nothing where the training has not ended. */
  Optional<Checked> run() throws IOException {
    Manifest manifest;
    try {
      Optional<Manifest> read = Manifest.read(conf(), workspace.runManifest(run));
      if (read.isEmpty()) {
        return Optional.empty();
      }
      manifest = read.get();
    } catch (IOException | UserException e) {
      findings.problem(workspace.runManifest(run), "it is damaged", again);
      return Optional.of(findings.checked());
    }
    model(manifest);
    json(manifest, "history.json")
        .ifPresent(
            history -> {
              if (history.size() != manifest.counts().path("epochs").asInt()) {
                findings.problem(
                    new Path(folder, "history.json"),
                    String.format(
                        Locale.ROOT,
                        "it has %d epochs, the manifest %s",
                        history.size(),
                        manifest.counts().path("epochs")),
                    again);
              }
            });
    json(manifest, "metrics.json");
    predictions(manifest);
    return Optional.of(findings.checked());
  }

  private Optional<JsonNode> json(Manifest manifest, String name) {
    Path file = new Path(folder, name);
    try {
      String text = WholeFile.readText(conf(), file);
      findings.read(0, text.length());
      JsonNode json = Manifest.JSON.readTree(text);
      requireUnchanged(manifest, file);
      return Optional.of(json);
    } catch (IOException e) {
      findings.problem(file, "it cannot be read (%s)".formatted(ParquetFiles.reason(e)), again);
      return Optional.empty();
    }
  }

  /** Manifests of older versions have no checksums. */
  private void requireUnchanged(Manifest manifest, Path file) throws IOException {
    String written = manifest.checksums().get(file.getName());
    if (written != null && !written.equals(Fingerprint.ofFile(conf(), file))) {
      findings.problem(file, "its bytes are not those that the training wrote", again);
    }
  }

  private void model(Manifest manifest) throws IOException {
    Path file = new Path(folder, "model.safetensors");
    java.nio.file.Path local = Files.createTempFile("codonloom-model-", ".safetensors");
    try {
      try (InputStream in = WholeFile.open(conf(), file)) {
        Files.copy(in, local, StandardCopyOption.REPLACE_EXISTING);
      }
      ModelDescription description = ModelFile.read(local).description();
      findings.read(0, Files.size(local));
      requireUnchanged(manifest, file);
      encoders(manifest, description, file);
    } catch (IOException | UserException e) {
      findings.problem(
          file,
          "it cannot be loaded (%s)"
              .formatted(ParquetFiles.reason(e).replace(local.toString(), "the file")),
          again);
    } finally {
      Files.delete(local);
    }
  }

  /** The model's encoders are those of the store that it was trained on, where that is there. */
  private void encoders(Manifest manifest, ModelDescription description, Path file)
      throws IOException {
    if (description.encoders().isEmpty()) {
      return; // It reads the sequences themselves.
    }
    Path embeddings = workspace.embeddings(manifest.settings().path("store").asText());
    Map<String, SortedMap<String, String>> store;
    try {
      store = StoreIdentity.read(conf(), embeddings);
    } catch (UserException e) {
      return; // The store's own check says so.
    }
    description
        .encoders()
        .forEach(
            (modality, fields) -> {
              SortedMap<String, String> now = store.get(modality);
              if (now != null && !now.equals(fields)) {
                findings.problem(
                    file,
                    "it was trained on %s embeddings that were made otherwise than the store's"
                        .formatted(modality),
                    again);
              }
            });
  }

  private void predictions(Manifest manifest) throws IOException {
    Path table = new Path(folder, "predictions");
    List<Path> files = ParquetFiles.of(conf(), table);
    if (files.isEmpty()) {
      findings.problem(table, "it is missing", again);
      return;
    }
    if (!ParquetFiles.check(spark, files, findings, again)) {
      return;
    }
    Dataset<Row> rows = TableReader.read(spark, table);
    long expected = 0;
    for (JsonNode part : manifest.counts().path("rows")) {
      expected += part.asLong();
    }
    long n = rows.count();
    if (n != expected) {
      findings.problem(
          table,
          String.format(Locale.ROOT, "it has %,d rows; the training had %,d", n, expected),
          again);
    }
    long ids = rows.select(TableColumns.ROW_ID).distinct().count();
    if (ids != n) {
      findings.problem(
          table,
          String.format(Locale.ROOT, "%,d rows have only %,d different row ids", n, ids),
          again);
    }
    long notFinite =
        rows.where(
                col(TableColumns.PREDICTION)
                    .isNull()
                    .or(col(TableColumns.PREDICTION).isNaN())
                    .or(
                        not(
                            col(TableColumns.PREDICTION)
                                .between(-Double.MAX_VALUE, Double.MAX_VALUE))))
            .count();
    if (notFinite > 0) {
      findings.problem(
          table, String.format(Locale.ROOT, "%,d predictions are no numbers", notFinite), again);
    }
    labels(manifest, rows);
  }

  /** What was trained on is still what the labels say; shuffled labels say nothing. */
  private void labels(Manifest manifest, Dataset<Row> rows) throws IOException {
    String dataset = manifest.settings().path("dataset").asText();
    Path labels = TableWriter.partition(workspace.labels(), TableColumns.DATASET, dataset);
    List<Path> files = ParquetFiles.of(conf(), labels);
    Optional<Manifest> prepared = prepared(dataset);
    if (manifest.settings().path("shuffledLabels").asBoolean()
        || prepared.isEmpty()
        || files.isEmpty()
        || !ParquetFiles.check(spark, files, new Findings(""), again)) {
      return;
    }
    String now = "now";
    String sequence = "sequence_now";
    Column asTrained =
        abs(col(now).minus(col(TableColumns.LABEL)))
            .leq(TOLERANCE)
            .and(col(sequence).equalTo(col(TableColumns.SEQUENCE_ID)));
    List<Row> changed =
        rows.join(
                TableReader.read(spark, labels)
                    .select(
                        col(TableColumns.ROW_ID),
                        col(TableColumns.LABEL).as(now),
                        col(TableColumns.SEQUENCE_ID).as(sequence)),
                new String[] {TableColumns.ROW_ID},
                "left")
            .where(not(coalesce(asTrained, lit(false))))
            .select(TableColumns.ROW_ID)
            .collectAsList();
    if (changed.isEmpty()) {
      return;
    }
    if (!prepared.get().fingerprint().equals(manifest.fingerprints().get("prepare"))) {
      findings.problem(
          folder,
          String.format(
              Locale.ROOT,
              "dataset %s was prepared anew since this training, and %,d of its rows are others now, for instance row %s",
              dataset,
              changed.size(),
              changed.get(0).getString(0)),
          "train again with --replace, or keep the former data under another dataset.name");
    } else {
      findings.problem(
          labels,
          String.format(
              Locale.ROOT,
              "%,d labels are not those that %s was trained on, for instance that of row %s",
              changed.size(),
              run,
              changed.get(0).getString(0)),
          "delete %s and run prepare".formatted(workspace.prepareManifest(dataset)));
    }
  }

  private Optional<Manifest> prepared(String dataset) throws IOException {
    try {
      return Manifest.read(conf(), workspace.prepareManifest(dataset));
    } catch (UserException e) {
      return Optional.empty(); // The dataset's own check says so.
    }
  }

  private Configuration conf() {
    return spark.sparkContext().hadoopConfiguration();
  }
}
