package io.codonloom.job.verify;

import io.codonloom.SparkSessions;
import io.codonloom.config.Experiment;
import io.codonloom.config.ExperimentFile;
import io.codonloom.job.embed.EmbedJob;
import io.codonloom.job.prepare.PrepareJob;
import io.codonloom.job.train.TrainJob;
import io.codonloom.workspace.Workspace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/** A small workspace that all stages went through: dataset {@code d}, store {@code s}, a run. */
final class VerifyFixture {
  private static final Path ROOT = Path.of(System.getProperty("codonloom.root"));

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
    for (String line : Files.readAllLines(ROOT.resolve("test-data/ecoli/ecoli_cds.csv"))) {
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
    Experiment experiment = experiment(input);
    new PrepareJob(
            spark,
            workspace,
            experiment.dataset(),
            experiment.rules(),
            experiment.splits(),
            Map.of())
        .run();
    new EmbedJob(
            spark,
            workspace,
            experiment.encoders(),
            experiment.store(),
            experiment.embed(),
            List.of("d"))
        .run();
    new TrainJob(
            spark, workspace, experiment.dataset(), "s", experiment.train(), experiment.model())
        .run();
    return this;
  }

  /** The demo's config, made small. */
  private Experiment experiment(Path input) {
    String encoders = ROOT.resolve("test-data/encoders").toUri().toString();
    return ExperimentFile.read(
        ROOT.resolve("conf/demo.conf"),
        List.of(
            "workspace=" + workspace.root(),
            "dataset.name=d",
            "dataset.input=" + input.toUri(),
            "encoders.dna.checkpoint=" + encoders + "/nt-v2-tiny",
            "encoders.rna.checkpoint=" + encoders + "/rna-fm-tiny",
            "encoders.rna.over-long=reject",
            "encoders.protein.checkpoint=" + encoders + "/esm2-tiny",
            "store.name=s",
            "store.shard-codons=3000",
            "model.width=16",
            "model.mil.gates.units=8",
            "model.text-cnn.channels=8",
            "train.run=run",
            "train.epochs=2",
            "train.workers=2",
            "train.bootstrap-samples=50",
            "train.shuffled-control=false"));
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

  /** A copy for one test to damage. */
  VerifyFixture copy(Path target) throws IOException {
    copy("", target);
    return new VerifyFixture(target);
  }

  /** Copies a folder of the workspace. */
  void copy(String below, Path target) throws IOException {
    Path source = folder.resolve(below);
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(source.relativize(file).toString()));
      }
    }
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
