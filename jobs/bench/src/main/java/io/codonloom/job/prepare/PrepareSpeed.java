package io.codonloom.job.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map;
import static org.apache.spark.sql.functions.md5;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * How long {@code prepare} takes on the CSV of {@link MillionRows} beside two copies of it to
 * Parquet that check nothing:
 *
 * <ul>
 *   <li>plain: the columns of the input as they are, all of them text;
 *   <li>same columns: what the tables hold, in one flat table and without looking for duplicates:
 *       three texts of the lengths that the encoders read (pieces of the input, neither transcribed
 *       nor translated), ids and keys of 32 digits (cheap ones, not the hashes of the texts),
 *       codons, label, covariates and part.
 * </ul>
 *
 * The three take turns in one JVM; the first round is the warm-up. Times are medians.
 */
final class PrepareSpeed {
  private static final OperatingSystemMXBean MACHINE =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final SparkSession spark;
  private final String root;
  private final String input;

  PrepareSpeed(SparkSession spark, String root, String input) {
    this.spark = spark;
    this.root = root;
    this.input = input;
  }

  /** Seconds of one kind of run, in the order in which they ran, and the bytes it left. */
  record Times(String name, List<Double> seconds, List<Double> cpuSeconds, long bytes) {
    double wall() {
      return median(seconds);
    }

    /** Of all threads of the process: what other work on the machine changes less. */
    double cpu() {
      return median(cpuSeconds);
    }

    private static double median(List<Double> values) {
      List<Double> sorted = values.stream().sorted().toList();
      int n = sorted.size();
      return (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2;
    }
  }

  /** Measures the plain copy, the copy of the same columns and the job, in this order. */
  List<Times> measure(int rounds) throws IOException {
    List<Times> times = new ArrayList<>();
    List<Runnable> runs = List.of(this::plainCopy, this::sameColumns, this::prepare);
    List<String> names = List.of("plain", "same", "prepare");
    for (int round = 0; round <= rounds; round++) {
      for (int i = 0; i < runs.size(); i++) {
        long start = System.nanoTime();
        long cpu = MACHINE.getProcessCpuTime();
        runs.get(i).run();
        double seconds = (System.nanoTime() - start) / 1e9;
        double cpuSeconds = (MACHINE.getProcessCpuTime() - cpu) / 1e9;
        if (round == 0) {
          times.add(new Times(names.get(i), new ArrayList<>(), new ArrayList<>(), bytes()));
        } else {
          times.get(i).seconds().add(seconds);
          times.get(i).cpuSeconds().add(cpuSeconds);
        }
        delete();
      }
    }
    return times;
  }

  private org.apache.spark.sql.Dataset<Row> read() {
    return spark.read().option("header", true).option("escape", "\"").csv(input);
  }

  void plainCopy() {
    read().write().option("compression", "zstd").parquet(root + "/plain");
  }

  void sameColumns() {
    // As bytes: Spark counts the characters of a string one by one.
    String codons = "octet_length(sequence) div 3 - 1";
    String dna = "cast(substring(cast(sequence as binary), 1, 3 * (" + codons + ")) as string)";
    read()
        .select(
            col("id").as("row_id"),
            col("sequence"),
            col("label").cast("double").as("label"),
            map(lit("gene"), col("gene")).as("covariates"))
        .select(
            col("row_id"),
            md5(concat_ws("s", col("row_id"))).as("sequence_id"),
            md5(concat_ws("d", col("row_id"), lit(1))).as("dna_key"),
            md5(concat_ws("r", col("row_id"), lit(2))).as("rna_key"),
            md5(concat_ws("p", col("row_id"), lit(3))).as("protein_key"),
            expr(dna).as("dna"),
            expr(dna).as("rna"),
            expr(dna.replace("3 * ", "")).as("protein"),
            expr(codons).as("n_codons"),
            col("label"),
            col("covariates"),
            expr("if(ascii(right(row_id, 1)) % 2 = 0, 'train', 'test')").as("part"))
        .write()
        .option("compression", "zstd")
        .parquet(root + "/same");
  }

  void prepare() {
    MillionRows.job(spark, input, root + "/workspace").run();
  }

  private long bytes() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(URI.create(root)))) {
      return files.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum();
    }
  }

  private void delete() throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(Path.of(URI.create(root)))) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}
