package io.codonloom.job.verify;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.codonloom.UserException;
import io.codonloom.embedding.CodonEmbedding;
import io.codonloom.embedding.Dtype;
import io.codonloom.store.EmbeddingShard;
import io.codonloom.tensor.SafetensorsWriter;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.TableWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyJobTest {
  @TempDir static Path shared;
  private static VerifyFixture sound;

  @TempDir Path own;
  private VerifyFixture fixture;

  @BeforeAll
  static void writeWorkspace() throws IOException {
    sound = new VerifyFixture(shared.resolve("ws")).write();
  }

  @BeforeEach
  void copy() throws IOException {
    fixture = sound.copy(own.resolve("ws"));
  }

  private List<String> problems() throws IOException {
    return fixture.verify().first().stream().map(Problem::toString).toList();
  }

  /** Checks that there is one problem, with that path and those words. */
  private void assertFound(Path path, String... words) throws IOException {
    List<String> problems = problems();
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0))
        .contains(fixture.folder.relativize(path).toString())
        .contains(words);
  }

  private Path shard(String modality, int index) throws IOException {
    return fixture.files("embeddings/s/modality=" + modality, "data.parquet").get(index);
  }

  private void rewrite(String table, UnaryOperator<Dataset<Row>> change) {
    Path folder = fixture.folder.resolve(table);
    Dataset<Row> rows = fixture.spark.read().parquet(folder.toString());
    List<Row> all = rows.collectAsList();
    TableWriter.replace(
        change.apply(fixture.spark.createDataFrame(all, rows.schema())),
        new org.apache.hadoop.fs.Path(folder.toUri()));
  }

  private static Map<Path, Long> times(Path folder) throws IOException {
    Map<Path, Long> times = new TreeMap<>();
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        times.put(file, Files.getLastModifiedTime(file).toMillis());
      }
    }
    return times;
  }

  @Test
  void aSoundWorkspaceHasNoProblemAndIsNotTouched() throws IOException {
    Map<Path, Long> before = times(fixture.folder);
    Verification found = fixture.verify();
    assertThat(found.first()).isEmpty();
    assertThat(found.problems()).isZero();
    Map<String, Checked> tables = new TreeMap<>();
    found.tables().forEach(table -> tables.put(table.table(), table));
    assertThat(tables)
        .containsOnlyKeys("sequences", "labels", "splits", "rejects", "embeddings/s", "runs/run");
    assertThat(tables.get("sequences").rows()).isEqualTo(183);
    assertThat(tables.get("labels").rows()).isEqualTo(61);
    assertThat(tables.get("splits").rows()).isEqualTo(61);
    assertThat(tables.get("rejects").rows()).isEqualTo(1);
    assertThat(tables.get("embeddings/s").rows()).as("one RNA is quarantined").isEqualTo(182);
    assertThat(tables.get("embeddings/s").objects())
        .isEqualTo(fixture.files("embeddings/s", "data.parquet").size());
    assertThat(tables.get("runs/run").rows()).as("its row is left out").isEqualTo(60);
    assertThat(times(fixture.folder)).isEqualTo(before);
    Manifest run =
        Manifest.read(new Configuration(), fixture.workspace.runManifest("run")).orElseThrow();
    long left = 0;
    for (JsonNode part : run.counts().get("rowsInQuarantine")) {
      left += part.asLong();
    }
    assertThat(left).isEqualTo(1);
  }

  @Test
  void aFlippedByteOfAShardIsFound() throws IOException {
    Path shard = shard("dna", 0);
    VerifyFixture.flip(shard, (int) Files.size(shard) / 2);
    assertFound(shard, "it is damaged", "delete it and run embed");
  }

  @Test
  void aByteFlippedAnywhereIsFoundOrChangesNothingThatIsRead() throws IOException {
    Path shard = shard("protein", 0);
    byte[] whole = Files.readAllBytes(shard);
    Configuration conf = ParquetFiles.verifying(new Configuration());
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(shard.toUri());
    List<CodonEmbedding> rows = new ArrayList<>(EmbeddingShard.read(conf, path).values());
    int found = 0;
    int flips = 300;
    for (int i = 0; i < flips; i++) {
      int position = (int) ((long) i * whole.length / flips);
      VerifyFixture.flip(shard, position);
      try {
        List<CodonEmbedding> read = new ArrayList<>();
        EmbeddingShard.forEach(conf, path, read::add);
        assertThat(read)
            .as("byte %d", position)
            .usingRecursiveFieldByFieldElementComparator()
            .containsExactlyElementsOf(rows);
      } catch (UserException e) {
        found++;
      }
      Files.write(shard, whole);
    }
    assertThat(found).isGreaterThan(flips * 9 / 10);
  }

  @Test
  void aMissingShardIsFound() throws IOException {
    Path shard = shard("rna", 1);
    Files.delete(shard);
    assertFound(shard, "the shard is missing; run embed");
  }

  @Test
  void aForeignObjectIsFound() throws IOException {
    Path foreign =
        fixture.folder.resolve("embeddings/s/modality=rna/shard=g0009-b10-0000/data.parquet");
    Files.createDirectories(foreign.getParent());
    Files.copy(shard("rna", 0), foreign);
    assertFound(foreign, "it is not in the store's plan", "take it out of the store");
  }

  @Test
  void twoShardsInEachOthersPlaceAreFound() throws IOException {
    Path first = shard("dna", 0);
    Path second = shard("dna", 1);
    byte[] bytes = Files.readAllBytes(first);
    VerifyFixture.replace(first, Files.readAllBytes(second));
    VerifyFixture.replace(second, bytes);
    assertThat(problems())
        .anyMatch(
            p -> p.contains(first.getParent().getFileName().toString()) && p.contains("lacks"))
        .anyMatch(
            p -> p.contains(second.getParent().getFileName().toString()) && p.contains("lacks"))
        .allMatch(p -> p.contains("lacks") || p.contains("that the plan does not give it"))
        .hasSize(4);
  }

  @Test
  void aShardOfAnotherTypeWidthOrLengthIsFound() throws IOException {
    Path shard = shard("protein", 0);
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(shard.toUri());
    List<CodonEmbedding> rows =
        new ArrayList<>(EmbeddingShard.read(new Configuration(), path).values());
    CodonEmbedding first = rows.get(0);
    int codons = first.codons();
    Files.delete(shard);
    try (EmbeddingShard.Writer writer = EmbeddingShard.writer(shard)) {
      writer.add(
          CodonEmbedding.of(
              first.key(), 0, codons - 1, 3, Dtype.FP32, new float[3 * (codons - 1)]));
      writer.add(rows.get(1));
      for (CodonEmbedding row : rows.subList(1, rows.size())) {
        writer.add(row);
      }
    }
    assertThat(problems())
        .anyMatch(p -> p.contains("it holds fp32 in a store of fp16"))
        .anyMatch(p -> p.contains("it has vectors of width 3"))
        .anyMatch(p -> p.contains("not one vector for each codon") && p.contains(first.key()))
        .anyMatch(p -> p.contains("holds inputs twice (1, for instance " + rows.get(1).key()))
        .allMatch(p -> p.contains(shard.getParent().getFileName().toString()));
  }

  @Test
  void anIdentityThatWasChangedIsFound() throws IOException {
    Path file = fixture.folder.resolve("stores/s/store.json");
    VerifyFixture.replace(
        file, Files.readString(file).replace("\"layer\" : \"4\"", "\"layer\" : \"3\""));
    assertThat(problems())
        .anyMatch(p -> p.contains("store.json") && p.contains("names another rna encoder"))
        .anyMatch(p -> p.contains("model.safetensors") && p.contains("made otherwise"));
    VerifyFixture.replace(file, "{\"rna\" : ");
    assertThat(problems()).anyMatch(p -> p.contains("store.json") && p.contains("damaged"));
  }

  @Test
  void anEditedLabelIsFound() throws IOException {
    rewrite(
        "labels/dataset=d",
        rows ->
            rows.withColumn(
                "label",
                when(col("row_id").equalTo("too-long"), col("label"))
                    .otherwise(col("label").plus(lit(0.01)))));
    assertFound(
        fixture.folder.resolve("labels/dataset=d"),
        "60 labels are not those that run was trained on",
        "run prepare");
  }

  @Test
  void lostDoubledAndStrangeRowsAreFound() throws IOException {
    rewrite("labels/dataset=d", rows -> rows.limit(40).union(rows.limit(1)));
    assertThat(problems())
        .anyMatch(p -> p.contains("labels/dataset=d: it has 41 rows; prepare wrote 61"))
        .anyMatch(p -> p.contains("41 rows have only 40 different row ids"))
        .anyMatch(p -> p.contains("split=main: 21 rows have a row_id that no other table has"));
  }

  @Test
  void aSplitThatWasChangedIsFound() throws IOException {
    rewrite("splits/dataset=d/split=main", rows -> rows.withColumn("part", lit("train")));
    assertFound(
        fixture.folder.resolve("splits/dataset=d/split=main"), "its parts have {train=61} rows");
  }

  @Test
  void aTextThatIsNotItsKeysIsFound() throws IOException {
    rewrite(
        "sequences/modality=protein/dataset=d",
        rows ->
            rows.withColumn(
                "sequence", org.apache.spark.sql.functions.expr("replace(sequence, 'W', 'C')")));
    assertThat(problems())
        .isNotEmpty()
        .allMatch(
            p -> p.contains("modality=protein/dataset=d/") && p.contains("is not its text's"));
  }

  @Test
  void aTruncatedFileIsNamedInEveryTable() throws IOException {
    for (String table :
        List.of(
            "sequences/modality=dna/dataset=d",
            "labels/dataset=d",
            "splits/dataset=d/split=main",
            "rejects/dataset=d",
            "stores/s/plan",
            "runs/run/predictions")) {
      Path file = fixture.files(table, ".parquet").get(0);
      byte[] whole = Files.readAllBytes(file);
      VerifyFixture.replace(file, Arrays.copyOf(whole, whole.length - 20));
      assertFound(file, "it is damaged");
      VerifyFixture.replace(file, whole);
    }
  }

  @Test
  void aFlippedByteOfALabelFileIsFound() throws IOException {
    Path file = fixture.files("labels/dataset=d", ".parquet").get(0);
    VerifyFixture.flip(file, 60);
    assertFound(file, "it is damaged");
  }

  @Test
  void aDamagedRunIsFound() throws IOException {
    Path model = fixture.folder.resolve("runs/run/model.safetensors");
    byte[] bytes = Files.readAllBytes(model);
    VerifyFixture.replace(model, Arrays.copyOf(bytes, bytes.length / 2));
    Files.delete(fixture.folder.resolve("runs/run/metrics.json"));
    rewrite("runs/run/predictions", rows -> rows.limit(7));
    assertThat(problems())
        .hasSize(3)
        .anyMatch(p -> p.contains("model.safetensors: it cannot be loaded"))
        .anyMatch(p -> p.contains("metrics.json: it cannot be read"))
        .anyMatch(p -> p.contains("predictions: it has 7 rows; the training had 60"));
  }

  @Test
  void manifestsThatAreMissingOrDamagedAreFound() throws IOException {
    Path embed = fixture.folder.resolve("manifests/embed-s.json");
    VerifyFixture.replace(
        embed, Files.readString(embed).replaceFirst("\"inputs\" : 61", "\"inputs\" : 62"));
    assertFound(embed, "the dna counts do not add up");
    Files.delete(embed);
    assertFound(embed, "it is missing: the last embed did not end");
    Path prepare = fixture.folder.resolve("manifests/prepare-d.json");
    VerifyFixture.replace(prepare, "no JSON");
    assertThat(problems()).anyMatch(p -> p.contains("prepare-d.json: it is damaged"));
  }

  @Test
  void aDataSetThatIsNotPreparedIsNoProblemBesideAnother() throws IOException {
    Verification found = new VerifyJob(fixture.spark, fixture.workspace, "other", "s").run();
    assertThat(found.first()).isEmpty();
    assertThat(found.tables())
        .extracting(Checked::table)
        .containsExactly("embeddings/s", "runs/run");
  }

  @Test
  void aPrepareThatDidNotEndIsFound() throws IOException {
    Path prepare = fixture.folder.resolve("manifests/prepare-d.json");
    Files.delete(prepare);
    assertFound(prepare, "it is missing: the last prepare did not end; run prepare");
    TableWriter.delete(
        new Configuration(),
        new org.apache.hadoop.fs.Path(fixture.folder.resolve("labels/dataset=d").toUri()));
    assertFound(prepare, "it is missing: the last prepare did not end; run prepare");
  }

  @Test
  void aModelThatIsNotOursDoesNotKeepTheOtherRunsFromBeingChecked() throws IOException {
    Path odd = fixture.folder.resolve("runs/a-run");
    sound.copy("runs/run", odd);
    try (OutputStream out = Files.newOutputStream(odd.resolve("model.safetensors"))) {
      SafetensorsWriter.write(out, Map.of(), Map.of("codonloom", "{\"format\":2,\"dims\":[]}"));
    }
    Verification found = fixture.verify();
    assertThat(found.first()).hasSize(1);
    assertThat(found.first().get(0).toString())
        .contains("runs/a-run/model.safetensors: it cannot be loaded");
    assertThat(found.tables()).extracting(Checked::table).contains("runs/a-run", "runs/run");
  }

  @Test
  void aFlippedBitOfTheWeightsAndAnEditedScoreAreFound() throws IOException {
    Path model = fixture.folder.resolve("runs/run/model.safetensors");
    VerifyFixture.flip(model, (int) Files.size(model) - 4);
    Path history = fixture.folder.resolve("runs/run/history.json");
    VerifyFixture.replace(history, Files.readString(history).replaceFirst("\\d(?=,)", "7e-1"));
    Path metrics = fixture.folder.resolve("runs/run/metrics.json");
    VerifyFixture.replace(metrics, Files.readString(metrics) + " ");
    assertThat(problems())
        .hasSize(3)
        .allMatch(p -> p.contains("its bytes are not those that the training wrote; delete"))
        .anyMatch(p -> p.contains("model.safetensors"))
        .anyMatch(p -> p.contains("history.json"))
        .anyMatch(p -> p.contains("metrics.json"));

    org.apache.hadoop.fs.Path file = fixture.workspace.runManifest("run");
    Manifest manifest = Manifest.read(new Configuration(), file).orElseThrow();
    manifest.withChecksums(Map.of()).write(new Configuration(), file);
    assertThat(problems()).as("a run of an older version").isEmpty();
  }

  @Test
  void aLostAndADoubledPredictionAreFound() throws IOException {
    rewrite("runs/run/predictions", rows -> rows.limit(59).union(rows.limit(1)));
    assertFound(
        fixture.folder.resolve("runs/run/predictions"), "60 rows have only 59 different row ids");
  }

  @Test
  void aLabelThatIsGoneIsFound() throws IOException {
    Path predictions = fixture.folder.resolve("runs/run/predictions");
    Row trained = fixture.spark.read().parquet(predictions.toString()).first();
    rewrite(
        "labels/dataset=d",
        rows ->
            rows.withColumn(
                "label",
                when(col("row_id").equalTo(trained.<String>getAs("row_id")), lit(null))
                    .otherwise(col("label"))));
    assertFound(
        fixture.folder.resolve("labels/dataset=d"), "1 labels are not those that run was trained");
  }

  @Test
  void tablesWithoutAnyFileAreMissing() throws IOException {
    for (String table : List.of("rejects/dataset=d", "runs/run/predictions")) {
      for (Path file : fixture.files(table, ".parquet")) {
        Files.delete(file);
      }
    }
    assertThat(problems()).hasSize(2).allMatch(p -> p.contains(": it is missing; "));
  }

  @Test
  void saysWhenThereIsNothing() {
    VerifyFixture none = new VerifyFixture(own.resolve("none"));
    assertThatThrownBy(none::verify)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("there is nothing to verify");
  }
}
