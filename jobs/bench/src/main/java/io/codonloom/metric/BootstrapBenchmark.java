package io.codonloom.metric;

import io.codonloom.bench.Benchmark;
import io.codonloom.bench.Clock;
import io.codonloom.bench.Goals;
import io.codonloom.bench.Workbench;
import io.codonloom.cli.TextTable;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** How long the intervals of a million rows take. */
public final class BootstrapBenchmark implements Benchmark {
  private static final int ROWS = 1_000_000;
  private static final int SAMPLES = 1_000;

  /** Seconds. */
  private static final double GOAL = 20;

  @Override
  public String what() {
    return String.format(Locale.ROOT, "%,d samples of %,d rows", SAMPLES, ROWS);
  }

  @Override
  public void run(Workbench workbench, Goals goals) throws Exception {
    Random random = new Random(1);
    double[] labels = random.doubles(ROWS).toArray();
    double[] predictions = new double[ROWS];
    long[] sequences = new long[ROWS];
    for (int row = 0; row < ROWS; row++) {
      predictions[row] = labels[row] + random.nextGaussian();
      sequences[row] = random.nextInt(ROWS / 3);
    }
    Bootstrap bootstrap = new Bootstrap(SAMPLES, 1, workbench.threads());
    TextTable lines = new TextTable();
    lines.line(List.of("drawn", "spearman, s", "all four, s"));
    for (Units units : List.of(Units.rows(ROWS), Units.of("sequence", sequences))) {
      double spearman =
          Clock.seconds(
              () -> bootstrap.scores(List.of(Metric.SPEARMAN), labels, predictions, units));
      double all =
          Clock.seconds(() -> bootstrap.scores(Metric.REGRESSION, labels, predictions, units));
      lines.line(
          List.of(
              String.format(Locale.ROOT, "%,d of %s", units.count(), units.name()),
              String.format(Locale.ROOT, "%.1f", spearman),
              String.format(Locale.ROOT, "%.1f", all)));
      goals.atMost("bootstrap of Spearman by " + units.name() + ", s", spearman, GOAL);
    }
    System.out.println(lines);
  }
}
