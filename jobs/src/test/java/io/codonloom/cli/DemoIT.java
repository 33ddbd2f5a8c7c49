package io.codonloom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.Type;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README's first command, as a newcomer runs it: launcher, SparkSubmit, the submit-ready jar.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DemoIT {
  private static final Path ROOT = Path.of(System.getProperty("codonloom.root"));

  @TempDir static Path folder;

  private record Result(int code, String output) {}

  private static Result codonloom(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(ROOT.resolve("deploy/local/codonloom").toString());
    command.addAll(Arrays.asList(arguments));
    Path log = Files.createTempFile(folder, "run", ".log");
    Process process =
        new ProcessBuilder(command)
            .directory(ROOT.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
    return new Result(process.exitValue(), Files.readString(log, StandardCharsets.UTF_8));
  }

  private static Result run() throws IOException, InterruptedException {
    return codonloom(
        "run", "--config", "conf/demo.conf", "--set", "workspace=" + folder.resolve("ws"));
  }

  private static double[] spearman(String run) throws IOException {
    JsonNode metrics =
        new ObjectMapper().readTree(folder.resolve("ws/runs/" + run + "/metrics.json").toFile());
    for (JsonNode score : metrics.get("test").get("scores")) {
      if (score.get("metric").asText().equals("spearman")) {
        return new double[] {
          score.get("value").asDouble(), score.get("low").asDouble(), score.get("high").asDouble()
        };
      }
    }
    throw new AssertionError("no spearman in " + metrics);
  }

  /** File → last modification. */
  private static Map<String, Long> results() throws IOException {
    Map<String, Long> times = new TreeMap<>();
    try (var files = Files.walk(folder.resolve("ws"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        times.put(file.toString(), Files.getLastModifiedTime(file).toMillis());
      }
    }
    return times;
  }

  @Test
  @Order(1)
  void learnsTheLabelAndNothingFromShuffledLabels() throws IOException, InterruptedException {
    Result result = run();
    assertThat(result.code()).as(result.output()).isZero();
    assertThat(result.output()).contains("spearman", "report: ", "computed");
    assertThat(folder.resolve("ws/runs/mil/report.html")).isNotEmptyFile();
    assertThat(spearman("mil")[0]).isGreaterThanOrEqualTo(0.8);
    double[] shuffled = spearman("mil-shuffled");
    assertThat(shuffled[1]).isLessThanOrEqualTo(0);
    assertThat(shuffled[2]).isGreaterThanOrEqualTo(0);
  }

  @Test
  @Order(2)
  void everyColumnOfEveryTableIsDocumented() throws IOException {
    Path workspace = folder.resolve("ws");
    for (List<String> row : DocumentationTest.rows("jobs/README.md", "table")) {
      String table = row.get(0).replace("`", "").replace("STORE", "tiny").replace("RUN", "mil");
      Set<String> columns = new TreeSet<>(DocumentationTest.names(row.get(2)));
      Set<String> found = new TreeSet<>();
      try (var files = Files.walk(workspace.resolve(table))) {
        for (Path file : files.filter(DemoIT::isOfATable).toList()) {
          found.addAll(columns(file));
          assertThat(partitions(workspace.relativize(file)))
              .isEqualTo(DocumentationTest.names(row.get(3)));
        }
      }
      assertThat(found).as(table).isEqualTo(columns);
    }
  }

  private static boolean isOfATable(Path file) {
    return file.toString().endsWith(".parquet")
        && StreamSupport.stream(file.spliterator(), false)
            .noneMatch(name -> name.toString().startsWith("_"));
  }

  private static List<String> columns(Path file) throws IOException {
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            HadoopInputFile.fromPath(
                new org.apache.hadoop.fs.Path(file.toUri()), new Configuration()))) {
      return reader.getFileMetaData().getSchema().getFields().stream().map(Type::getName).toList();
    }
  }

  private static List<String> partitions(Path file) {
    return StreamSupport.stream(file.spliterator(), false)
        .map(Path::toString)
        .filter(name -> name.contains("="))
        .map(name -> name.substring(0, name.indexOf('=')))
        .toList();
  }

  @Test
  @Order(2)
  void doesOnlyWhatIsMissingTheSecondTime() throws IOException, InterruptedException {
    Map<String, Long> before = results();
    Result result = run();
    assertThat(result.code()).as(result.output()).isZero();
    assertThat(result.output())
        .contains(
            "prepare ecoli: up to date",
            "embed dna: up to date",
            "embed rna: up to date",
            "embed protein: up to date",
            "train mil: up to date",
            "train mil-shuffled: up to date",
            "report mil: up to date");
    assertThat(results()).isEqualTo(before);
  }

  @Test
  @Order(3)
  void predictsNewSequencesFromWhatIsStoredAndChangesNothing()
      throws IOException, InterruptedException {
    Map<String, Long> before = results();
    Path output = folder.resolve("predicted");
    Result result =
        codonloom(
            "predict",
            "--config",
            "conf/demo.conf",
            "--set",
            "workspace=" + folder.resolve("ws"),
            "--model",
            "mil",
            "--input",
            "test-data/ecoli/ecoli_20.fasta",
            "--output",
            output.toString());
    assertThat(result.code()).as(result.output()).isZero();
    assertThat(result.output()).containsPattern("rows +20\\n");
    JsonNode counts =
        new ObjectMapper().readTree(output.resolve("manifest.json").toFile()).get("counts");
    assertThat(counts.get("predicted").asInt()).isEqualTo(19);
    for (JsonNode modality : counts.get("modalities")) {
      assertThat(modality.get("stored").asInt() + modality.get("passing").asInt()).isZero();
    }
    assertThat(Files.readAllLines(output.resolve("predictions.csv"))).hasSize(20);
    assertThat(Files.readString(output.resolve("refused.csv")))
        .contains("length_not_divisible_by_3");
    Map<String, Long> after = results();
    assertThat(after).isEqualTo(before);
  }

  @Test
  @Order(4)
  void whatItLeftIsSoundAndAFlippedByteIsFound() throws IOException, InterruptedException {
    Result sound = verify();
    assertThat(sound.code()).as(sound.output()).isZero();
    assertThat(sound.output())
        .containsPattern("embeddings/tiny +12 +1,470 .* 0\\n")
        .contains("runs/mil ", "runs/mil-shuffled ");
    Path shard;
    try (var files = Files.walk(folder.resolve("ws/embeddings/tiny/modality=rna"))) {
      shard = files.filter(file -> file.endsWith("data.parquet")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(shard);
    bytes[bytes.length / 3] ^= 1;
    Files.write(shard, bytes);
    Files.deleteIfExists(shard.resolveSibling(".data.parquet.crc"));
    Result damaged = verify();
    assertThat(damaged.code()).as(damaged.output()).isEqualTo(2);
    assertThat(damaged.output()).contains(shard + ": it is damaged", "codonloom: 1 problem");
  }

  private static Result verify() throws IOException, InterruptedException {
    return codonloom(
        "verify", "--config", "conf/demo.conf", "--set", "workspace=" + folder.resolve("ws"));
  }

  @Test
  @Order(5)
  void aDryRunPrintsTheSparkSubmitCommand() throws IOException, InterruptedException {
    Result result = codonloom("--dry-run", "run", "--config", "conf/demo.conf");
    assertThat(result.code()).isZero();
    assertThat(result.output())
        .contains(
            "org.apache.spark.deploy.SparkSubmit",
            "codonloom-jobs.jar run --config conf/demo.conf");
  }
}
