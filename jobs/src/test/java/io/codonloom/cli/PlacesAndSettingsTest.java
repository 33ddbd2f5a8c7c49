package io.codonloom.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.codonloom.SparkSessions;
import io.codonloom.UserException;
import io.codonloom.config.Experiment;
import io.codonloom.config.ExperimentFile;
import io.codonloom.job.predict.OutputFormat;
import io.codonloom.workspace.OwnSession;
import io.codonloom.workspace.TableReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole pipeline gives the same tables whatever the cluster is set to and a folder is called.
 */
class PlacesAndSettingsTest {
  private static final Path ROOT = Path.of(System.getProperty("codonloom.root"));

  /** Settings under which Spark reads or writes otherwise. */
  private static final Map<String, String> HOSTILE_SQL =
      Map.ofEntries(
          Map.entry("spark.sql.files.ignoreCorruptFiles", "true"),
          Map.entry("spark.sql.files.ignoreMissingFiles", "true"),
          Map.entry("spark.sql.caseSensitive", "false"),
          Map.entry("spark.sql.session.timeZone", "Asia/Kathmandu"),
          Map.entry("spark.sql.ansi.enabled", "true"),
          Map.entry("spark.sql.sources.partitionColumnTypeInference.enabled", "true"),
          Map.entry("spark.sql.sources.partitionOverwriteMode", "dynamic"),
          Map.entry("spark.sql.sources.useV1SourceList", ""),
          Map.entry("spark.sql.shuffle.partitions", "7"),
          Map.entry("spark.sql.adaptive.enabled", "false"),
          Map.entry("spark.sql.files.maxPartitionBytes", "20000"),
          Map.entry("spark.sql.files.maxRecordsPerFile", "3"),
          Map.entry("spark.sql.maxConcurrentOutputFileWriters", "1"),
          Map.entry("spark.sql.parquet.compression.codec", "gzip"),
          Map.entry("spark.sql.parquet.writeLegacyFormat", "true"),
          Map.entry("spark.sql.parquet.binaryAsString", "true"),
          Map.entry("spark.sql.parquet.mergeSchema", "true"),
          Map.entry("spark.sql.parquet.outputTimestampType", "INT96"),
          Map.entry("spark.sql.parser.quotedRegexColumnNames", "true"),
          Map.entry("spark.sql.mapKeyDedupPolicy", "LAST_WIN"));

  private static final Map<String, String> HOSTILE_HADOOP =
      Map.of(
          "mapreduce.fileoutputcommitter.marksuccessfuljobs", "false",
          "mapreduce.fileoutputcommitter.algorithm.version", "2",
          "mapreduce.outputcommitter.factory.class", "no.such.CommitterFactory",
          "parquet.compression", "GZIP",
          "parquet.enable.dictionary", "false",
          "parquet.writer.version", "PARQUET_2_0",
          "parquet.block.size", "4096");

  /** What a model computes, in a row as JSON. */
  private static final Pattern COMPUTED =
      Pattern.compile("(\"(?:prediction|attention_\\w+)\":)([-0-9.E]+)");

  @TempDir static Path folder;
  private static Map<String, List<String>> usual;

  @BeforeAll
  static void runsOnceAsUsual() throws IOException {
    List<String> lines = Files.readAllLines(ROOT.resolve("test-data/ecoli/ecoli_cds.csv"));
    List<String> rows =
        new ArrayList<>(lines.stream().filter(line -> line.length() < 500).limit(40).toList());
    rows.add(0, lines.get(0));
    rows.add("x,x,x,3,0.5,ATG"); // Refused.
    Files.write(folder.resolve("genes.csv"), rows);
    usual = tables(SparkSessions.local(), folder.resolve("w"));
  }

  @AfterEach
  void putsSettingsBack() {
    HOSTILE_SQL.keySet().forEach(clusters()::remove);
    clusters().set("spark.sql.shuffle.partitions", "4");
    HOSTILE_HADOOP.keySet().forEach(hadoop()::unset);
  }

  @Test
  void settingsOfTheClusterChangeNoTable() throws IOException {
    HOSTILE_SQL.forEach(clusters()::set);
    HOSTILE_HADOOP.forEach(hadoop()::set);
    assertSameTables(tables(SparkSessions.local().newSession(), folder.resolve("hostile")));
  }

  @Test
  void settingsOfTheClusterHideNoDamage() throws IOException {
    HOSTILE_SQL.forEach(clusters()::set);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zipped = new GZIPOutputStream(bytes)) {
      zipped.write(Files.readAllBytes(folder.resolve("genes.csv")));
    }
    byte[] whole = bytes.toByteArray();
    Path cut = folder.resolve("cut.csv.gz");
    Files.write(cut, Arrays.copyOf(whole, whole.length * 2 / 3));
    Pipeline pipeline =
        new Pipeline(
            OwnSession.of(SparkSessions.local()),
            experiment(folder.resolve("cut"), "dataset.input=" + cut));
    assertThatThrownBy(pipeline::prepare)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("cut.csv.gz");
  }

  @Test
  void foldersMayHaveTheLettersOfGlobs() throws IOException {
    Path odd = folder.resolve("w[1] {a,b}*?\\c");
    // What the same letters would match as a glob must not be met.
    Files.createDirectories(folder.resolve("w1 aXY").resolve("labels/dataset=ecoli"));
    assertSameTables(tables(SparkSessions.local(), odd));
  }

  @Test
  void everyTablesFolderHoldsParquetAlone() throws IOException {
    for (String table :
        List.of(
            "sequences",
            "labels",
            "splits",
            "rejects",
            "embeddings",
            "runs/mil/predictions",
            "out/predictions.parquet",
            "out/refused.parquet")) {
      try (var files = Files.walk(folder.resolve("w").resolve(table))) {
        assertThat(files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()))
            .as(table)
            .isNotEmpty()
            .allMatch(name -> name.matches("[a-z][^.]*\\.parquet"));
      }
    }
  }

  private static Experiment experiment(Path workspace, String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "workspace=" + workspace,
                "dataset.input=" + folder.resolve("genes.csv"),
                "dataset.columns.covariates=[gene, length]",
                "train.epochs=1",
                "train.workers=1",
                "train.shuffled-control=false",
                "train.bootstrap-samples=2",
                "encoders.dna.checkpoint=" + ROOT.resolve("test-data/encoders/nt-v2-tiny"),
                "encoders.rna.checkpoint=" + ROOT.resolve("test-data/encoders/rna-fm-tiny"),
                "encoders.protein.checkpoint=" + ROOT.resolve("test-data/encoders/esm2-tiny")));
    settings.addAll(List.of(more));
    return ExperimentFile.read(ROOT.resolve("conf/demo.conf"), settings)
        .located(path -> ExperimentCommand.absolute(path, hadoop()));
  }

  /** Runs all verbs, and gives the rows of all tables as texts, sorted. */
  private static Map<String, List<String>> tables(SparkSession any, Path workspace)
      throws IOException {
    SparkSession own = OwnSession.of(any);
    Pipeline pipeline = new Pipeline(own, experiment(workspace));
    pipeline.prepare();
    pipeline.embed();
    pipeline.train(false);
    Path out = workspace.resolve("out");
    pipeline.predict(
        "mil", folder.resolve("genes.csv").toString(), out.toString(), OutputFormat.PARQUET);
    assertThat(pipeline.verify().problems()).isZero();
    Map<String, List<String>> tables = new TreeMap<>();
    for (String name :
        List.of(
            "sequences",
            "labels",
            "splits",
            "rejects",
            "embeddings/tiny",
            "runs/mil/predictions",
            "out/predictions.parquet",
            "out/refused.parquet")) {
      Dataset<Row> rows =
          TableReader.read(own, new org.apache.hadoop.fs.Path(workspace.resolve(name).toString()));
      tables.put(name, rows.toJSON().collectAsList().stream().sorted().toList());
    }
    return tables;
  }

  /**
   * Every row and value is the same; what a model computes for {@code predict} within 1e-6, since
   * its batches are the rows that Spark puts into one task, and padding changes the last bit.
   */
  private static void assertSameTables(Map<String, List<String>> tables) {
    assertThat(tables.keySet()).isEqualTo(usual.keySet());
    tables.forEach(
        (name, rows) -> {
          if (!name.equals("out/predictions.parquet")) {
            assertThat(rows).as(name).isEqualTo(usual.get(name));
            return;
          }
          assertThat(texts(rows)).as(name).isEqualTo(texts(usual.get(name)));
          double[] expected = computed(usual.get(name));
          double[] actual = computed(rows);
          assertThat(actual).as(name).hasSameSizeAs(expected).isNotEmpty();
          for (int value = 0; value < actual.length; value++) {
            assertThat(actual[value]).as(name).isCloseTo(expected[value], within(1e-6));
          }
        });
  }

  private static List<String> texts(List<String> rows) {
    return rows.stream().map(row -> COMPUTED.matcher(row).replaceAll("$1")).toList();
  }

  private static double[] computed(List<String> rows) {
    return rows.stream()
        .flatMap(row -> COMPUTED.matcher(row).results())
        .mapToDouble(value -> Double.parseDouble(value.group(2)))
        .toArray();
  }

  /** What every session of the application starts with. */
  private static SparkConf clusters() {
    return SparkSessions.local().sharedState().conf();
  }

  private static Configuration hadoop() {
    return SparkSessions.local().sparkContext().hadoopConfiguration();
  }
}
