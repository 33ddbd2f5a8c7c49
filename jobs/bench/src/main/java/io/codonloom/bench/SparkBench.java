package io.codonloom.bench;

import io.codonloom.config.Columns;
import io.codonloom.config.Dataset;
import io.codonloom.config.Datasets;
import io.codonloom.config.InputFormat;
import io.codonloom.config.LabelOrigin;
import io.codonloom.config.Split;
import io.codonloom.config.SplitBy;
import io.codonloom.config.Task;
import io.codonloom.job.prepare.PrepareJob;
import io.codonloom.sequence.Rules;
import io.codonloom.workspace.Workspace;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;

/** A Spark session, and prepared data. */
public final class SparkBench {
  /** The name of the data set and of its split. */
  public static final String NAME = "bench";

  private SparkBench() {}

  /** A session with as many task slots as the benchmark uses processors. */
  public static SparkSession session(int tasks) {
    SparkSession session =
        SparkSession.builder()
            .master("local[" + tasks + "]")
            .appName("codonloom bench")
            .config("spark.ui.enabled", false)
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", 4)
            .getOrCreate();
    session.sparkContext().setLogLevel("WARN");
    return session;
  }

  /**
   * Prepares genes as the data set {@link #NAME}.
   *
   * @param genes DNA from start to stop, all different
   */
  public static Workspace prepare(SparkSession spark, List<String> genes, Path folder)
      throws IOException {
    Path input = Files.createDirectories(folder).resolve("genes.csv");
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(input))) {
      out.println("id,sequence,label");
      for (int i = 0; i < genes.size(); i++) {
        out.println("g" + i + "," + genes.get(i) + "," + i % 17);
      }
    }
    Workspace workspace = new Workspace(folder.resolve("workspace").toUri().toString());
    Columns columns = Datasets.columns("label", Optional.empty(), List.of());
    Dataset dataset =
        Datasets.of(
            NAME,
            input.toUri().toString(),
            InputFormat.CSV,
            columns,
            11,
            "label",
            LabelOrigin.COMPUTED,
            Task.REGRESSION,
            List.of());
    Map<String, Double> parts = Map.of("train", 0.8, "val", 0.1, "test", 0.1);
    List<Split> splits = List.of(new Split(NAME, SplitBy.SEQUENCE, parts, 0, 1));
    new PrepareJob(spark, workspace, dataset, Rules.defaults(), splits, Map.of()).run();
    return workspace;
  }

  /**
   * E. coli's genes, and then the same without some codons after the start, so that all differ.
   *
   * @param most at most so many codons each
   */
  public static List<String> genes(Path root, int count, int most) throws IOException {
    List<String> whole;
    try (var lines = Files.lines(root.resolve("test-data/ecoli/ecoli_cds.csv"))) {
      whole =
          lines
              .skip(1)
              .map(line -> line.substring(line.lastIndexOf(',') + 1))
              .filter(gene -> gene.startsWith("ATG") && gene.length() <= 3 * most)
              .filter(gene -> gene.matches("([ACGT]{3})+(TAA|TAG|TGA)"))
              .toList();
    }
    return IntStream.range(0, count)
        .mapToObj(i -> "ATG" + whole.get(i % whole.size()).substring(3 + 3 * (i / whole.size())))
        .toList();
  }
}
