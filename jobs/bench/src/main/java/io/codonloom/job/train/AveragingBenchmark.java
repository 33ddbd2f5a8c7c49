package io.codonloom.job.train;

import static io.codonloom.fusion.Optimizer.Method.ADAM;

import io.codonloom.bench.Benchmark;
import io.codonloom.bench.Clock;
import io.codonloom.bench.Goals;
import io.codonloom.bench.SparkBench;
import io.codonloom.bench.Workbench;
import io.codonloom.cli.TextTable;
import io.codonloom.config.ClassWeights;
import io.codonloom.config.Training;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * What averaging two workers costs: an epoch of two that are averaged on {@code local[2]} beside
 * two independent trainings in threads of their own, each on its half of the same batches.
 */
public final class AveragingBenchmark implements Benchmark {
  private static final int WORKERS = 2;
  private static final int FREQUENCY = 4;

  /** Two rounds. */
  private static final int BATCHES = 16;

  private static final int GENES = 700;

  @Override
  public String what() {
    return "two workers by parameter averaging beside two independent trainings";
  }

  @Override
  public void run(Workbench workbench, Goals goals) throws Exception {
    SparkSession spark = SparkBench.session(WORKERS);
    RandomStore store =
        new RandomStore(spark, workbench, workbench.scratch().resolve("averaging"), GENES);
    TrainingContext context = store.context("bench-averaging");
    AveragingTrainer trainer =
        new AveragingTrainer(
            JavaSparkContext.fromSparkContext(spark.sparkContext()),
            context,
            training(),
            WORKERS,
            store.guard(),
            store.network());
    List<ComputationGraph> alone = List.of(store.network(), store.network());
    // An epoch of each first: it copies the store to this machine and loads classes.
    trainer.epoch(store.plan(BATCHES), 1);
    independently(store, context, alone, 1);

    double averaged = Double.POSITIVE_INFINITY;
    double independent = Double.POSITIVE_INFINITY;
    AveragingTrainer.Result best = null;
    for (int round = 0; round < workbench.rounds(); round++) {
      // All epochs are of the same rows, in other batches: both sides get the same.
      int epoch = 2 + round;
      List<AveragingTrainer.Result> result = new ArrayList<>();
      double seconds = Clock.seconds(() -> result.add(trainer.epoch(store.plan(BATCHES), epoch)));
      best = seconds < averaged ? result.get(0) : best;
      averaged = Math.min(averaged, seconds);
      independent =
          Math.min(independent, Clock.seconds(() -> independently(store, context, alone, epoch)));
    }
    TextTable lines = new TextTable();
    lines.line(
        List.of("epoch of", "averaged s", "independent s", "throughput", "averaging ms a round"));
    lines.line(
        List.of(
            BATCHES + " batches",
            number("%.2f", averaged),
            number("%.2f", independent),
            number("%.3f", independent / averaged),
            number("%.0f", 1000 * best.averagingSeconds() / best.rounds())));
    System.out.println(lines);
    goals.atLeast("averaging / independent, 2 workers", independent / averaged, 0.9);
    spark.stop();
  }

  private static Training training() {
    return new Training(
        "bench",
        SparkBench.NAME,
        1,
        RandomStore.BATCH,
        WORKERS,
        FREQUENCY,
        1,
        1,
        1,
        0.5,
        ADAM,
        3e-5,
        1e-5,
        false,
        1,
        ClassWeights.NONE);
  }

  /** Both halves of an epoch's batches at the same time, in about as much work each. */
  private static void independently(
      RandomStore store, TrainingContext context, List<ComputationGraph> networks, int epoch)
      throws Exception {
    List<BatchDescriptor> batches = new ArrayList<>();
    for (int[] rows : store.plan(BATCHES).epoch(1, epoch)) {
      batches.add(new BatchDescriptor(epoch, batches.size() + 1, rows));
    }
    List<BatchDescriptor> dealt =
        AveragingRounds.of(
                batches,
                RandomStore.BATCH,
                WORKERS,
                batches.size(),
                batch -> store.plan(BATCHES).paddedCodons(batch.rows()))
            .get(0);
    ExecutorService pool = Executors.newFixedThreadPool(WORKERS);
    try {
      List<Future<?>> running = new ArrayList<>();
      int each = dealt.size() / WORKERS;
      for (int worker = 0; worker < WORKERS; worker++) {
        ComputationGraph network = networks.get(worker);
        List<BatchDescriptor> own = dealt.subList(worker * each, (worker + 1) * each);
        running.add(pool.submit(() -> fit(network, context, own)));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } finally {
      pool.shutdown();
    }
  }

  private static void fit(
      ComputationGraph network, TrainingContext context, List<BatchDescriptor> batches) {
    for (BatchDescriptor batch : batches) {
      MultiDataSet data = BatchLoader.load(context, batch);
      network.fit(data);
      StepProbe.free(data);
    }
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
