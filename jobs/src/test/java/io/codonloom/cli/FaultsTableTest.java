package io.codonloom.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is damaged × which verb meets it: exit code 2 and one line with the path, everywhere. */
class FaultsTableTest {
  @TempDir static Path folder;
  private static CliWorkspace whole;
  private static int copies;

  /** Damages a workspace; gives the file or folder that the line must name. */
  private interface Damage {
    Path of(CliWorkspace damaged) throws IOException;
  }

  private static final Map<String, Damage> DAMAGES = new LinkedHashMap<>();

  static {
    DAMAGES.put("a gzip with a wrong CRC", ws -> gzip(ws, true));
    DAMAGES.put("a gzip cut short", ws -> gzip(ws, false));
    DAMAGES.put("a .zst that is none", ws -> input(ws, "genes.csv.zst", "no zstd".getBytes(UTF_8)));
    DAMAGES.put("a Parquet input that is none", ws -> input(ws, "g.parquet", new byte[500]));
    DAMAGES.put(
        "a folder as the input's file",
        ws -> replaceByFolder(input(ws, "folder.csv", new byte[0])));
    DAMAGES.put("labels cut short", ws -> cut(first(ws, "labels", ".parquet")));
    DAMAGES.put("the plan gone", ws -> delete(first(ws, "stores/s/plan", ".parquet")));
    DAMAGES.put("splits gone", ws -> delete(first(ws, "splits", ".parquet")).getParent());
    DAMAGES.put(
        "predictions gone", ws -> delete(first(ws, "runs/r/predictions", ".parquet")).getParent());
    DAMAGES.put("store.json gone", ws -> delete(ws.workspace().resolve("stores/s/store.json")));
    DAMAGES.put(
        "a shard is a folder", ws -> replaceByFolder(first(ws, "embeddings", "data.parquet")));
    DAMAGES.put(
        "the model is a folder",
        ws -> replaceByFolder(ws.workspace().resolve("runs/r/model.safetensors")));
    DAMAGES.put("labels gone", ws -> delete(first(ws, "labels", ".parquet")).getParent());
    DAMAGES.put("splits cut short", ws -> cut(first(ws, "splits", ".parquet")));
    DAMAGES.put("sequences cut short", ws -> cut(first(ws, "sequences", ".parquet")));
    DAMAGES.put(
        "sequences gone", ws -> delete(first(ws, "sequences", ".parquet")).getParent().getParent());
    DAMAGES.put("a shard cut short", ws -> cut(first(ws, "embeddings", "data.parquet")));
    DAMAGES.put("a shard gone", ws -> delete(first(ws, "embeddings", "data.parquet")));
    DAMAGES.put("the plan cut short", ws -> cut(first(ws, "stores/s/plan", ".parquet")));
    DAMAGES.put("store.json cut short", ws -> cut(ws.workspace().resolve("stores/s/store.json")));
    DAMAGES.put(
        "prepare's manifest cut short",
        ws -> cut(ws.workspace().resolve("manifests/prepare-d.json")));
    DAMAGES.put(
        "prepare's manifest is a folder",
        ws -> replaceByFolder(ws.workspace().resolve("manifests/prepare-d.json")));
    DAMAGES.put(
        "embed's manifest cut short", ws -> cut(ws.workspace().resolve("manifests/embed-s.json")));
    DAMAGES.put(
        "the run's manifest cut short", ws -> cut(ws.workspace().resolve("runs/r/manifest.json")));
    DAMAGES.put("metrics cut short", ws -> cut(ws.workspace().resolve("runs/r/metrics.json")));
    DAMAGES.put(
        "metrics of another shape",
        ws -> write(ws.workspace().resolve("runs/r/metrics.json"), "[1, 2]"));
    DAMAGES.put(
        "metrics is a folder",
        ws -> replaceByFolder(ws.workspace().resolve("runs/r/metrics.json")));
    DAMAGES.put("history cut short", ws -> cut(ws.workspace().resolve("runs/r/history.json")));
    DAMAGES.put("predictions cut short", ws -> cut(first(ws, "runs/r/predictions", ".parquet")));
    DAMAGES.put(
        "the model cut short", ws -> cut(ws.workspace().resolve("runs/r/model.safetensors")));
    DAMAGES.put(
        "the workspace is a file",
        ws -> {
          deleteAll(ws.workspace());
          return Files.writeString(ws.workspace(), "mine");
        });
  }

  @BeforeAll
  static void prepare() throws IOException {
    whole = new CliWorkspace(folder.resolve("whole")).write();
    CliWorkspace.Result done = whole.run("run");
    assertThat(done.code()).as(done.err()).isZero();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "prepare | a gzip with a wrong CRC",
        "prepare | a gzip cut short",
        "prepare | a .zst that is none",
        "prepare | a Parquet input that is none",
        "prepare | a folder as the input's file",
        "prepare | prepare's manifest cut short",
        "prepare | prepare's manifest is a folder",
        "prepare | the workspace is a file",
        "embed   | sequences cut short",
        "embed   | sequences gone",
        "embed   | the plan cut short",
        "embed   | store.json cut short",
        "embed   | store.json gone",
        "embed   | embed's manifest cut short",
        "train   | labels cut short",
        "train   | labels gone",
        "train   | splits cut short",
        "train   | splits gone",
        "train   | sequences cut short",
        "train   | a shard cut short",
        "train   | a shard gone",
        "train   | a shard is a folder",
        "train   | the plan cut short",
        "train   | store.json cut short",
        "train   | prepare's manifest is a folder",
        "train   | the workspace is a file",
        "run     | labels cut short",
        "plan    | labels cut short",
        "run     | metrics cut short",
        "report  | metrics cut short",
        "report  | metrics of another shape",
        "report  | metrics is a folder",
        "report  | the workspace is a file",
        "report  | history cut short",
        "report  | predictions cut short",
        "report  | predictions gone",
        "report  | the run's manifest cut short",
        "predict | the model cut short",
        "predict | the model is a folder",
        "predict | a shard cut short",
        "predict | a gzip with a wrong CRC",
        "verify  | labels cut short",
        "verify  | metrics is a folder",
        "verify  | the workspace is a file",
        "verify  | prepare's manifest is a folder",
        "verify  | a shard is a folder",
      })
  void whatIsDamagedIsSaidInOneLine(String verb, String damage) throws IOException {
    CliWorkspace damaged = whole.copy(folder.resolve("copy" + copies++));
    Path named = DAMAGES.get(damage).of(damaged);
    // So that there is something to do.
    if (Files.isDirectory(damaged.workspace())) {
      Files.deleteIfExists(damaged.workspace().resolve("runs/r/report.json"));
    }
    String[] more =
        switch (verb) {
          case "train" -> new String[] {"--set", "train.run=other"};
          default -> new String[0];
        };
    CliWorkspace.Result result = damaged.run(verb, more);
    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(result.err().strip().lines()).hasSize(1);
    String said = result.out() + result.err();
    // Spark does not say which table has no files left; verify does.
    assertThat(said)
        .containsAnyOf(named.getFileName().toString(), "lost its files: codonloom verify");
  }

  private static Path first(CliWorkspace ws, String below, String ending) throws IOException {
    return ws.files(below, ending).get(0);
  }

  private static Path write(Path file, String text) throws IOException {
    return replace(file, text.getBytes(UTF_8));
  }

  private static Path cut(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    return replace(file, Arrays.copyOf(bytes, bytes.length / 2));
  }

  private static Path replace(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes);
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    return file;
  }

  private static Path delete(Path file) throws IOException {
    Files.delete(file);
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    return file;
  }

  private static void deleteAll(Path folder) throws IOException {
    org.apache.commons.io.FileUtils.deleteDirectory(folder.toFile());
  }

  private static Path replaceByFolder(Path file) throws IOException {
    delete(file);
    Files.createDirectories(file.resolve("inside"));
    return file;
  }

  /** The same config with another input, so that nothing is up to date. */
  private static Path input(CliWorkspace ws, String name, byte[] bytes) throws IOException {
    Path file = Files.write(ws.folder.resolve(name), bytes);
    Files.writeString(
        ws.config(),
        Files.readString(ws.config()).replace(whole.input().toString(), file.toString()));
    return file;
  }

  private static Path gzip(CliWorkspace ws, boolean crc) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(Files.readAllBytes(whole.input()));
    }
    byte[] all = bytes.toByteArray();
    if (crc) {
      all[all.length - 6] ^= 0x10;
    }
    return input(ws, "genes.csv.gz", crc ? all : Arrays.copyOf(all, all.length - 300));
  }
}
