package io.codonloom.job.prepare;

import io.codonloom.bench.Benchmark;
import io.codonloom.bench.Goals;
import io.codonloom.bench.SparkBench;
import io.codonloom.bench.Workbench;
import io.codonloom.cli.TextTable;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;

/** {@code prepare} beside Spark writing Parquet unchecked; see {@link PrepareSpeed}. */
public final class PrepareBenchmark implements Benchmark {
  private static final int ROWS = 250_000;

  @Override
  public String what() {
    return "prepare beside unchecked copies of the CSV";
  }

  @Override
  public void run(Workbench workbench, Goals goals) throws Exception {
    SparkSession spark = SparkBench.session(workbench.threads());
    Path input = workbench.scratch().resolve("rows.csv");
    MillionRows.write(input, ROWS);
    String folder = workbench.scratch().resolve("prepare").toUri().toString();
    List<PrepareSpeed.Times> times =
        new PrepareSpeed(spark, folder, input.toUri().toString()).measure(workbench.rounds());
    spark.stop();
    TextTable table = new TextTable();
    table.line(List.of("run", "s", "processor s", "MB", "prepare / this", "by processor s"));
    PrepareSpeed.Times job = times.get(2);
    for (PrepareSpeed.Times one : times) {
      table.line(
          List.of(
              one.name(),
              number("%.1f", one.wall()),
              number("%.1f", one.cpu()),
              number("%.0f", one.bytes() / 1e6),
              number("%.2f", job.wall() / one.wall()),
              number("%.2f", job.cpu() / one.cpu())));
    }
    System.out.println(table);
    goals.atMost("prepare / the same columns unchecked", job.wall() / times.get(1).wall(), 2);
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
