package io.codonloom.bench;

import io.codonloom.UserException;
import io.codonloom.encoder.Checkpoint;
import io.codonloom.sequence.CodingSequence;
import io.codonloom.sequence.EncoderInput;
import io.codonloom.sequence.GeneticCode;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.Rules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What all benchmarks share.
 *
 * @param root of the repository
 * @param fullShapes the folder with checkpoints of the published shapes
 * @param threads how many processors are used
 * @param rounds how often things that are compared are measured in turns; more on a busy machine
 * @param scratch an empty folder
 */
public record Workbench(Path root, Path fullShapes, int threads, int rounds, Path scratch) {
  /** The name that a model of the modality has in {@link #fullShapes}. */
  public static String model(Modality modality) {
    return switch (modality) {
      case DNA -> "nt-v2-100m";
      case RNA -> "rna-fm";
      case PROTEIN -> "esm2-8m";
    };
  }

  static Workbench open() throws IOException {
    Path root = Path.of(System.getProperty("codonloom.root"));
    Path scratch = Files.createTempDirectory("codonloom-bench-");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(scratch)));
    return new Workbench(
        root,
        Path.of(System.getProperty("codonloom.full-shapes")),
        Runtime.getRuntime().availableProcessors(),
        Integer.getInteger("bench.rounds", 7),
        scratch);
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The checkpoint of the published shape. */
  public Path checkpointFolder(Modality modality) {
    Path folder = fullShapes.resolve(model(modality));
    if (!Files.isDirectory(folder)) {
      throw new UserException(
          folder + " is missing: see bench/README.md for how to make checkpoints of full shapes");
    }
    return folder;
  }

  /** The checkpoint of the published shape. */
  public Checkpoint checkpoint(Modality modality) {
    return Checkpoint.open(checkpointFolder(modality));
  }

  /** Real genes as an encoder reads them: E. coli's, whole. */
  public List<String> texts(Modality modality) throws IOException {
    try (Stream<String> lines = Files.lines(root.resolve("test-data/ecoli/ecoli_cds.csv"))) {
      return lines
          .skip(1)
          .map(line -> line.substring(line.lastIndexOf(',') + 1))
          .filter(gene -> gene.matches("([ACGT]{3})+"))
          .map(gene -> CodingSequence.of(gene, GeneticCode.of(11)))
          .map(gene -> EncoderInput.of(gene, modality, Rules.defaults(), InputLimit.NONE).text())
          .toList();
    }
  }

  /** Real genes one after the other, so many characters of them. */
  public String text(Modality modality, int characters) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.length() < characters) {
      texts(modality).forEach(text::append);
    }
    return text.substring(0, characters);
  }
}
