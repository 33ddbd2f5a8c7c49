package io.codonloom.job.train;

import io.codonloom.bench.Benchmark;
import io.codonloom.bench.Clock;
import io.codonloom.bench.Goals;
import io.codonloom.bench.SparkBench;
import io.codonloom.bench.Workbench;
import io.codonloom.cli.TextTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * How much of a training step is waiting for the loader, at the paper's widths: in an epoch in
 * which the store is copied to the node, in a later one, and in a whole training.
 */
public final class LoaderBenchmark implements Benchmark {
  private static final int GENES = 480;

  /** The least that a training makes with the patience that is built in. */
  private static final int EPOCHS = 21;

  @Override
  public String what() {
    return "the loader's share of a training step";
  }

  @Override
  public void run(Workbench workbench, Goals goals) throws Exception {
    SparkSession spark = SparkBench.session(workbench.threads());
    Path folder = workbench.scratch().resolve("loader");
    RandomStore store = new RandomStore(spark, workbench, folder, GENES);
    ComputationGraph graph = store.network();
    TextTable lines = new TextTable();
    lines.line(List.of("local copy", "steps", "loader ms a step", "step ms", "share"));
    System.setProperty("java.io.tmpdir", Files.createDirectory(folder.resolve("node")).toString());
    List<Share> shares = new ArrayList<>();
    for (String copy : List.of("cold", "warm")) {
      shares.add(epoch(graph, store.context("bench-" + copy), store.plan().epoch(1, 1)));
    }
    Share warm = shares.get(1);
    Share training = shares.get(0).and(EPOCHS - 1, warm);
    lines.line(shares.get(0).line("made in this epoch"));
    lines.line(warm.line("there"));
    lines.line(training.line(String.format(Locale.ROOT, "made in the first of %d epochs", EPOCHS)));
    goals.atMost("loader / step, training on a cold copy", training.ratio(), 0.05);
    goals.atMost("loader / step, training on a warm copy", warm.ratio(), 0.05);
    System.out.println(lines);
    spark.stop();
  }

  /** Seconds of all steps of an epoch. */
  private record Share(int steps, double loading, double fitting) {
    Share and(int epochs, Share more) {
      return new Share(
          steps + epochs * more.steps,
          loading + epochs * more.loading,
          fitting + epochs * more.fitting);
    }

    double ratio() {
      return loading / (loading + fitting);
    }

    List<String> line(String copy) {
      return List.of(
          copy,
          "" + steps,
          String.format(Locale.ROOT, "%.1f", 1000 * loading / steps),
          String.format(Locale.ROOT, "%.1f", 1000 * (loading + fitting) / steps),
          String.format(Locale.ROOT, "%.3f", ratio()));
    }
  }

  private static Share epoch(ComputationGraph graph, TrainingContext context, List<int[]> batches)
      throws Exception {
    double loading = 0;
    double fitting = 0;
    for (int[] rows : batches) {
      BatchDescriptor batch = new BatchDescriptor(1, 1, rows);
      long started = System.nanoTime();
      MultiDataSet data = BatchLoader.load(context, batch);
      loading += (System.nanoTime() - started) / 1e9;
      fitting += Clock.seconds(() -> graph.fit(data));
      StepProbe.free(data);
    }
    return new Share(batches.size(), loading, fitting);
  }
}
