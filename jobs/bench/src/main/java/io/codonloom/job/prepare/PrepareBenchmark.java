package io.codonloom.job.prepare;

import io.codonloom.bench.Benchmark;
import io.codonloom.bench.Clock;
import io.codonloom.bench.Goals;
import io.codonloom.bench.SparkBench;
import io.codonloom.bench.Workbench;
import io.codonloom.cli.TextTable;
import io.codonloom.config.Columns;
import io.codonloom.config.Dataset;
import io.codonloom.config.InputFormat;
import io.codonloom.config.LabelOrigin;
import io.codonloom.config.Split;
import io.codonloom.config.SplitBy;
import io.codonloom.config.Task;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.OverLong;
import io.codonloom.sequence.Rules;
import io.codonloom.table.Workspace;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * prepare, beside Spark reading the same CSV and writing the same columns as Parquet unchecked; in
 * turns, in one JVM.
 */
public final class PrepareBenchmark implements Benchmark {
  private static final int ROWS = 400_000;

  @Override
  public String what() {
    return "prepare beside an unchecked copy of the CSV";
  }

  @Override
  public void run(Workbench workbench, Goals goals) throws Exception {
    SparkSession spark = SparkBench.session(workbench.threads());
    Path input = workbench.scratch().resolve("rows.csv");
    MillionRows.write(input, ROWS);
    TextTable table = new TextTable();
    table.line(List.of("round", "unchecked s", "prepare s", "prepare / unchecked"));
    double[] ratios = new double[workbench.rounds()];
    for (int round = 0; round <= workbench.rounds(); round++) {
      Path folder = workbench.scratch().resolve("prepare-" + round);
      double unchecked =
          Clock.seconds(
              () ->
                  spark
                      .read()
                      .option("header", true)
                      .csv(input.toUri().toString())
                      .write()
                      .option("compression", "zstd")
                      .parquet(folder.resolve("unchecked").toUri().toString()));
      double prepared = Clock.seconds(() -> prepare(spark, input, folder));
      // The first round loads classes.
      if (round > 0) {
        ratios[round - 1] = prepared / unchecked;
        table.line(
            List.of(
                "" + round,
                String.format(Locale.ROOT, "%.1f", unchecked),
                String.format(Locale.ROOT, "%.1f", prepared),
                String.format(Locale.ROOT, "%.2f", prepared / unchecked)));
      }
    }
    System.out.println(table);
    goals.atMost("prepare / unchecked copy", Clock.median(ratios), 2);
    spark.stop();
  }

  private static void prepare(SparkSession spark, Path input, Path folder) {
    Columns columns =
        new Columns(
            List.of("id"),
            "sequence",
            "label",
            Optional.empty(),
            Optional.of("gene"),
            Optional.empty(),
            List.of());
    Dataset dataset =
        new Dataset(
            SparkBench.NAME,
            input.toUri().toString(),
            InputFormat.CSV,
            Optional.empty(),
            columns,
            1,
            "label",
            LabelOrigin.COMPUTED,
            Task.REGRESSION,
            List.of());
    Map<String, Double> parts = Map.of("train", 0.7, "val", 0.15, "test", 0.15);
    new PrepareJob(
            spark,
            new Workspace(folder.resolve("workspace").toUri().toString()),
            dataset,
            Rules.defaults(),
            List.of(new Split("random", SplitBy.SEQUENCE, parts, 0, 1)),
            Map.of(Modality.RNA, new InputLimit(OverLong.TRUNCATE, 340)))
        .run();
  }
}
