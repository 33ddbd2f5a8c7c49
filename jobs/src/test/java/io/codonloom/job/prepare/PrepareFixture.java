package io.codonloom.job.prepare;

import io.codonloom.SparkSessions;
import io.codonloom.config.Columns;
import io.codonloom.config.Dataset;
import io.codonloom.config.InputFormat;
import io.codonloom.config.LabelOrigin;
import io.codonloom.config.Split;
import io.codonloom.config.SplitBy;
import io.codonloom.config.Task;
import io.codonloom.config.TextLayout;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.Policy;
import io.codonloom.sequence.Rules;
import io.codonloom.sequence.StartCodon;
import io.codonloom.sequence.StopCodon;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.Workspace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A small dataset called {@code d} in a folder of its own, prepared as a test wants it. */
public final class PrepareFixture {
  static final Map<String, Double> SEVENTY_THIRTY = Map.of("train", 0.7, "test", 0.3);

  final SparkSession spark = SparkSessions.local();
  final Path folder;
  final Workspace workspace;
  private List<String> input;
  private InputFormat format = InputFormat.AUTO;
  private Optional<String> labels = Optional.empty();
  private List<String> id = List.of("id");
  private Optional<String> split = Optional.empty();
  private Optional<String> group = Optional.empty();
  private Optional<String> geneticCode = Optional.empty();
  private int datasetCode = 1;
  private Optional<String> selenocysteine = Optional.empty();
  private List<String> covariates = List.of();
  private String sequence = "sequence";
  private String label = "label";
  private List<String> classes = List.of();
  private TextLayout layout = TextLayout.DEFAULT;
  private String decimal = ".";
  private Optional<String> cdsStart = Optional.empty();
  private Optional<String> cdsEnd = Optional.empty();
  private Rules rules = Rules.defaults();
  private List<Split> splits = List.of();
  private final Map<Modality, InputLimit> limits = new TreeMap<>();

  public PrepareFixture(Path folder) {
    this.folder = folder;
    this.workspace = new Workspace(folder.resolve("workspace").toUri().toString());
  }

  /** Rules that keep what can be kept, for sequences without a reading frame. */
  public static Rules lenient() {
    Policy keep = Policy.KEEP;
    return new Rules(
        keep,
        Policy.TRIM,
        keep,
        keep,
        keep,
        keep,
        keep,
        keep,
        1,
        0,
        StartCodon.AUG,
        StopCodon.EXCLUDE);
  }

  public static Split split(String name, SplitBy by, long seed) {
    return new Split(name, by, SEVENTY_THIRTY, 0, seed);
  }

  public PrepareFixture file(String name, String text) {
    return file(name, text.getBytes(StandardCharsets.UTF_8));
  }

  public PrepareFixture file(String name, byte[] bytes) {
    try {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
      return input(file.toUri().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public PrepareFixture input(String uri) {
    return inputs(uri);
  }

  PrepareFixture inputs(String... uris) {
    input = List.of(uris);
    return this;
  }

  public PrepareFixture format(InputFormat value) {
    format = value;
    return this;
  }

  public PrepareFixture labels(String uri) {
    labels = Optional.of(uri);
    return this;
  }

  public PrepareFixture id(String... names) {
    id = List.of(names);
    return this;
  }

  public PrepareFixture sequence(String name) {
    sequence = name;
    return this;
  }

  public PrepareFixture label(String name) {
    label = name;
    return this;
  }

  public PrepareFixture splitColumn(String name) {
    split = Optional.of(name);
    return this;
  }

  public PrepareFixture group(String name) {
    group = Optional.of(name);
    return this;
  }

  public PrepareFixture geneticCodeColumn(String name) {
    geneticCode = Optional.of(name);
    return this;
  }

  public PrepareFixture geneticCode(int value) {
    datasetCode = value;
    return this;
  }

  public PrepareFixture selenocysteineColumn(String name) {
    selenocysteine = Optional.of(name);
    return this;
  }

  public PrepareFixture covariates(String... names) {
    covariates = List.of(names);
    return this;
  }

  public PrepareFixture classes(String... names) {
    classes = List.of(names);
    return this;
  }

  public PrepareFixture decimal(String value) {
    decimal = value;
    return this;
  }

  public PrepareFixture cds(String start, String end) {
    cdsStart = Optional.of(start);
    cdsEnd = Optional.of(end);
    return this;
  }

  public PrepareFixture layout(TextLayout value) {
    layout = value;
    return this;
  }

  public PrepareFixture rules(Rules value) {
    rules = value;
    return this;
  }

  public PrepareFixture splits(Split... values) {
    splits = List.of(values);
    return this;
  }

  public PrepareFixture limit(Modality modality, InputLimit limit) {
    limits.put(modality, limit);
    return this;
  }

  public PrepareCounts run() {
    return counts(runJob());
  }

  public Manifest runJob() {
    Columns columns =
        new Columns(
            id,
            sequence,
            label,
            split,
            group,
            geneticCode,
            selenocysteine,
            covariates,
            cdsStart,
            cdsEnd);
    Dataset dataset =
        new Dataset(
            "d",
            input,
            format,
            labels,
            columns,
            datasetCode,
            "value",
            LabelOrigin.COMPUTED,
            classes.isEmpty() ? Task.REGRESSION : Task.CLASSIFICATION,
            classes,
            layout.encoding(),
            layout.separator(),
            layout.comment(),
            decimal,
            layout.cdsInHeader(),
            layout.stripIdVersion(),
            Dataset.MISSING);
    return new PrepareJob(spark, workspace, dataset, rules, splits, limits).run();
  }

  public static PrepareCounts counts(Manifest manifest) {
    try {
      return Manifest.JSON.treeToValue(manifest.counts(), PrepareCounts.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isPrepared() {
    try {
      return Manifest.read(new Configuration(), workspace.prepareManifest("d")).isPresent();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A dataset's rows of a table, in the order of a column. */
  List<Row> rows(org.apache.hadoop.fs.Path table, String orderBy) {
    return spark
        .read()
        .parquet(table.toString())
        .where("dataset = 'd'")
        .orderBy(orderBy)
        .collectAsList();
  }

  List<Row> labelRows() {
    return rows(workspace.labels(), "row_id");
  }

  List<Row> rejectRows() {
    return rows(workspace.rejects(), "row_number");
  }

  List<Row> sequenceRows(Modality modality) {
    return spark
        .read()
        .parquet(workspace.sequences().toString())
        .where("dataset = 'd' and modality = '" + modality.id() + "'")
        .orderBy("sequence_id")
        .collectAsList();
  }

  /** Row id → part. */
  Map<String, String> parts(String name) {
    Map<String, String> parts = new TreeMap<>();
    spark
        .read()
        .parquet(workspace.splits().toString())
        .where("dataset = 'd' and split = '" + name + "'")
        .collectAsList()
        .forEach(row -> parts.put(row.getAs("row_id"), row.getAs("part")));
    return parts;
  }

  static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  static PrepareCounts inPiecesOf(String most, PrepareFixture fixture) {
    var conf = fixture.spark.conf();
    String before = conf.get("spark.sql.files.maxPartitionBytes");
    conf.set("spark.sql.files.maxPartitionBytes", most);
    try {
      return fixture.run();
    } finally {
      conf.set("spark.sql.files.maxPartitionBytes", before);
    }
  }
}
