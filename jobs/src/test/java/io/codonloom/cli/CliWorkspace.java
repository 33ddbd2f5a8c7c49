package io.codonloom.cli;

import io.codonloom.SparkSessions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Sixty E. coli genes, a config and a workspace, driven through the command line in this JVM. */
final class CliWorkspace {
  private static final Path ROOT = Path.of(System.getProperty("codonloom.root"));

  final Path folder;

  /** What a verb ended with. */
  record Result(int code, String out, String err) {}

  CliWorkspace(Path folder) {
    this.folder = folder;
  }

  Path input() {
    return folder.resolve("genes.csv");
  }

  /** The input that the config names now. */
  private String given() {
    Matcher named = Pattern.compile("input = \"(.*?)\"").matcher(text());
    return named.find() ? named.group(1) : "";
  }

  private String text() {
    try {
      return Files.readString(config());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path config() {
    return folder.resolve("small.conf");
  }

  Path workspace() {
    return folder.resolve("ws");
  }

  /** Writes the input and the config. */
  CliWorkspace write() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(ROOT.resolve("test-data/ecoli/ecoli_cds.csv"))) {
      if (lines.isEmpty() || (line.length() < 700 && line.contains(",ATG"))) {
        lines.add(line);
      }
    }
    Files.createDirectories(folder);
    Files.write(input(), lines.subList(0, 61));
    Path encoders = ROOT.resolve("test-data/encoders");
    Files.writeString(
        config(),
        """
        include file("%s")
        workspace = "%s"
        dataset { name = d, input = "%s" }
        encoders {
          dna.checkpoint = "%s"
          rna.checkpoint = "%s"
          protein.checkpoint = "%s"
        }
        store { name = s, shard-codons = 4000 }
        model { width = 8, mil.gates.units = 4, text-cnn.channels = 4 }
        train { run = r, epochs = 1, workers = 2, bootstrap-samples = 20, shuffled-control = false }
        """
            .formatted(
                ROOT.resolve("conf/demo.conf"),
                workspace(),
                input(),
                encoders.resolve("nt-v2-tiny"),
                encoders.resolve("rna-fm-tiny"),
                encoders.resolve("esm2-tiny")));
    return this;
  }

  /** A copy of the workspace for one test to damage, with the same input. */
  CliWorkspace copy(Path target) throws IOException {
    Files.createDirectories(target);
    CliWorkspace copy = new CliWorkspace(target);
    Files.writeString(
        copy.config(),
        Files.readString(config()).replace(workspace().toString(), copy.workspace().toString()));
    try (Stream<Path> files = Files.walk(workspace())) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.workspace().resolve(workspace().relativize(file).toString()));
      }
    }
    return copy;
  }

  /** Runs a verb with this config; {@code predict} with the run's model and the input. */
  Result run(String verb, String... more) {
    List<String> arguments = new ArrayList<>(List.of(more));
    if (verb.equals("predict")) {
      arguments.addAll(
          List.of("--model", "r", "--input", given(), "--output", folder + "/predicted"));
    }
    return verb(verb, arguments.toArray(String[]::new));
  }

  /** Runs a verb with this config and these arguments alone. */
  Result verb(String verb, String... more) {
    SparkSessions.local();
    List<String> arguments = new ArrayList<>(List.of(verb, "--config", config().toString()));
    arguments.addAll(List.of(more));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.run(
            arguments.toArray(String[]::new),
            new PrintWriter(out, true),
            new PrintWriter(err, true));
    return new Result(code, out.toString(), err.toString());
  }

  /** The files below a folder whose name ends so, hidden ones left out. */
  List<Path> files(String below, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(workspace().resolve(below))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.getFileName().toString().endsWith(ending))
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    }
  }
}
