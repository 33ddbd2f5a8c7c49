package io.codonloom.job.verify;

import io.codonloom.SparkSessions;
import io.codonloom.config.Columns;
import io.codonloom.config.Dataset;
import io.codonloom.config.EncoderConfig;
import io.codonloom.config.Encoding;
import io.codonloom.config.InputFormat;
import io.codonloom.config.LabelOrigin;
import io.codonloom.config.Split;
import io.codonloom.config.SplitBy;
import io.codonloom.config.Store;
import io.codonloom.config.Task;
import io.codonloom.config.Training;
import io.codonloom.embedding.Dtype;
import io.codonloom.encoder.EncoderOutput;
import io.codonloom.fusion.Fusion;
import io.codonloom.fusion.FusionSettings;
import io.codonloom.fusion.Head;
import io.codonloom.job.embed.EmbedJob;
import io.codonloom.job.prepare.PrepareJob;
import io.codonloom.job.train.TrainJob;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.OverLong;
import io.codonloom.sequence.Rules;
import io.codonloom.table.Workspace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/** A small workspace that all stages went through: dataset {@code d}, store {@code s}, a run. */
final class VerifyFixture {
  private static final Path TEST_DATA = Path.of(System.getProperty("codonloom.root"), "test-data");

  final SparkSession spark = SparkSessions.local();
  final Path folder;
  final Workspace workspace;

  VerifyFixture(Path folder) {
    this.folder = folder;
    this.workspace = new Workspace(folder.toUri().toString());
  }

  /** Runs all stages on some E. coli genes; one message is longer than the RNA model reads. */
  VerifyFixture write() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(TEST_DATA.resolve("ecoli/ecoli_cds.csv"))) {
      if (lines.isEmpty() || (line.length() < 800 && line.contains(",ATG"))) {
        lines.add(line);
      }
    }
    String tooLong = "too-long," + "0.5,".repeat(fields(lines.get(0)) - 2);
    List<String> rows = new ArrayList<>(lines.subList(0, 61));
    rows.add(row(lines.get(0), tooLong, "ATG" + "GCT".repeat(400) + "TAA"));
    rows.add(row(lines.get(0), "refused," + "0.5,".repeat(fields(lines.get(0)) - 2), "ATG"));
    Files.createDirectories(folder);
    Path input = folder.resolveSibling("genes.csv");
    Files.write(input, rows);
    Dataset dataset = dataset(input);
    Split split =
        new Split("main", SplitBy.SEQUENCE, Map.of("train", 0.6, "val", 0.2, "test", 0.2), 0, 1);
    new PrepareJob(spark, workspace, dataset, Rules.defaults(), List.of(split), Map.of()).run();
    new EmbedJob(
            spark,
            workspace,
            encoders(),
            new Store("s", Dtype.FP16, 3000),
            Encoding.DEFAULT,
            List.of("d"))
        .run();
    Training training =
        new Training("run", "main", 5, 8, 2, 3, 2, 50, 5, 0.5, 5e-3, 1e-5, false, 50);
    FusionSettings network =
        new FusionSettings(
            Fusion.MIL, 16, 8, 0.01, 0.02, 20, Head.TEXT_CNN, 8, List.of(3, 4, 5), 0.1);
    new TrainJob(spark, workspace, dataset, "s", training, network).run();
    return this;
  }

  private static int fields(String header) {
    return header.split(",", -1).length;
  }

  private static String row(String header, String before, String sequence) {
    if (!header.endsWith(",sequence")) {
      throw new IllegalStateException(header);
    }
    return before + sequence;
  }

  private static Dataset dataset(Path input) {
    Columns columns =
        new Columns(
            List.of("id"),
            "sequence",
            "cai",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of());
    return new Dataset(
        "d",
        input.toUri().toString(),
        InputFormat.CSV,
        Optional.empty(),
        columns,
        11,
        "cai",
        LabelOrigin.COMPUTED,
        Task.REGRESSION,
        List.of());
  }

  private static Map<Modality, EncoderConfig> encoders() {
    Map<Modality, EncoderConfig> encoders = new TreeMap<>();
    Map.of(
            Modality.DNA, "nt-v2-tiny",
            Modality.RNA, "rna-fm-tiny",
            Modality.PROTEIN, "esm2-tiny")
        .forEach(
            (modality, name) ->
                encoders.put(
                    modality,
                    new EncoderConfig(
                        TEST_DATA.resolve("encoders").resolve(name).toUri().toString(),
                        OverLong.REJECT,
                        0,
                        0,
                        EncoderOutput.HIDDEN,
                        -1)));
    return encoders;
  }

  /** A copy for one test to damage. */
  VerifyFixture copy(Path target) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(folder.relativize(file).toString()));
      }
    }
    return new VerifyFixture(target);
  }

  Verification verify() throws IOException {
    return new VerifyJob(spark, workspace, "d", "s").run();
  }

  /** The files below a folder of the workspace whose name ends so. */
  List<Path> files(String below, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve(below))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.getFileName().toString().endsWith(ending))
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    }
  }

  /** Replaces a file behind the back of Hadoop's local file system, which keeps a checksum too. */
  static void replace(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes);
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
  }

  static void replace(Path file, String text) throws IOException {
    replace(file, text.getBytes(StandardCharsets.UTF_8));
  }

  static void flip(Path file, int position) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[position] ^= 0x10;
    replace(file, bytes);
  }
}
