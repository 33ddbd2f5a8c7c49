package io.codonloom.job.prepare;

import io.codonloom.SparkSessions;
import io.codonloom.config.Dataset;
import io.codonloom.config.Datasets;
import io.codonloom.config.InputFormat;
import io.codonloom.config.LabelOrigin;
import io.codonloom.config.Split;
import io.codonloom.config.SplitBy;
import io.codonloom.config.Task;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.OverLong;
import io.codonloom.sequence.Rules;
import io.codonloom.workspace.OwnSession;
import io.codonloom.workspace.Workspace;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.spark.sql.SparkSession;

/** Generates a large dataset and prepares it; its {@code main} runs in a JVM with little memory. */
final class MillionRows {
  private static final String[] CODONS = {"GCT", "GAC", "AAG", "CTG", "GAA", "TCC", "CGT", "ATT"};

  static final String NAME = "million";

  private MillionRows() {}

  /** How many rows break a rule: every 50th has no start, every 100th no label as well. */
  static long refused(int rows) {
    return rows / 50;
  }

  /**
   * Writes CSV: half as many distinct sequences as rows, of 63 to 1260 nt, in 5000 genes.
   *
   * @param rows an even number
   */
  static void write(Path file, int rows) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write("id,sequence,label,gene\n");
      for (int i = 0; i < rows; i++) {
        int sequence = i % (rows / 2);
        out.append("r").append(Integer.toString(i)).append(',');
        out.append(i % 50 == 49 ? "GTG" : "ATG");
        writeCodons(out, sequence);
        out.append("TAA,").append(i % 100 == 99 ? "" : Double.toString(i / 8.0));
        out.append(",g").append(Integer.toString(sequence % 5000)).append('\n');
      }
    }
  }

  private static void writeCodons(BufferedWriter out, int sequence) throws IOException {
    // The number itself comes first, in base 8: distinct numbers make distinct sequences.
    for (int digit = 0; digit < 7; digit++) {
      out.append(CODONS[(sequence >> (3 * digit)) & 7]);
    }
    Random random = new Random(sequence);
    for (int codon = random.nextInt(400) + 12; codon > 0; codon--) {
      out.append(CODONS[random.nextInt(8)]);
    }
  }

  /** Prepares the CSV at the first argument into the workspace at the second. */
  public static void main(String[] arguments) {
    SparkSession spark = SparkSessions.local();
    job(OwnSession.of(spark), arguments[0], arguments[1]).run();
    spark.stop();
  }

  static PrepareJob job(SparkSession spark, String input, String workspace) {
    Dataset dataset =
        Datasets.of(
            NAME,
            input,
            InputFormat.CSV,
            Datasets.columns("label", Optional.of("gene"), List.of()),
            1,
            "label",
            LabelOrigin.COMPUTED,
            Task.REGRESSION,
            List.of());
    Map<String, Double> parts = Map.of("train", 0.7, "val", 0.15, "test", 0.15);
    return new PrepareJob(
        spark,
        new Workspace(workspace),
        dataset,
        Rules.defaults(),
        List.of(new Split("random", SplitBy.SEQUENCE, parts, 0, 1)),
        Map.of(Modality.RNA, new InputLimit(OverLong.TRUNCATE, 340)));
  }
}
