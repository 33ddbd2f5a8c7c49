package io.codonloom.job.train;

import io.codonloom.config.Training;
import io.codonloom.training.BatchPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.CollectionAccumulator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;

/**
 * Trains by parameter averaging: in each round every worker starts from the same parameters and
 * Adam state, makes as many steps as the others, and all are averaged. Which worker gets which
 * batch follows from the plan alone: a round is one call of Deeplearning4j with exactly its
 * batches.
 */
final class AveragingTrainer {
  private final JavaSparkContext spark;
  private final TrainingContext context;
  private final Training settings;
  private final int workers;
  private final LossGuard guard;
  private final SparkComputationGraph graph;
  private final ParameterAveragingTrainingMaster master;
  private final CollectionAccumulator<Step> steps;

  /**
   * What an epoch's training came to.
   *
   * @param loss the mean over its rows
   * @param steps in the order they were made; of those made side by side the first batch first
   */
  record Result(
      double loss,
      double averagingSeconds,
      int rounds,
      List<Step> steps,
      List<BatchDescriptor> batches) {

    /** The batch with the highest loss. */
    BatchDescriptor worst() {
      return batch(Collections.max(steps, Comparator.comparingDouble(Step::loss)));
    }

    /** The first batch with a loss above that. */
    BatchDescriptor firstAbove(double limit) {
      return batch(steps.stream().filter(step -> step.loss() > limit).findFirst().orElseThrow());
    }

    private BatchDescriptor batch(Step step) {
      return batches.get(step.batch() - 1);
    }
  }

  AveragingTrainer(
      JavaSparkContext spark,
      TrainingContext context,
      Training settings,
      int workers,
      LossGuard guard,
      ComputationGraph network) {
    this.spark = spark;
    this.context = context;
    this.settings = settings;
    this.workers = workers;
    this.guard = guard;
    this.master =
        new OrderedAveraging(
            new ParameterAveragingTrainingMaster.Builder(workers, settings.batchSize())
                .batchSizePerWorker(settings.batchSize())
                .averagingFrequency(settings.averagingFrequency())
                .workerPrefetchNumBatches(0)
                .saveUpdater(true)
                .repartionData(Repartition.Never)
                .rddTrainingApproach(RDDTrainingApproach.Direct)
                .storageLevel(null)
                .storageLevelStreams(null)
                .rngSeed(settings.seed()));
    this.graph = new SparkComputationGraph(spark, network, master);
    this.steps = spark.sc().collectionAccumulator("steps");
  }

  /** Trains one epoch. */
  Result epoch(BatchPlan plan, int epoch) {
    List<BatchDescriptor> batches = new ArrayList<>();
    for (int[] rows : plan.epoch(settings.seed(), epoch)) {
      batches.add(new BatchDescriptor(epoch, batches.size() + 1, rows));
    }
    double loss = 0;
    double outside = 0;
    long rows = 0;
    List<Step> made = new ArrayList<>();
    List<List<BatchDescriptor>> rounds =
        AveragingRounds.of(
            batches,
            settings.batchSize(),
            workers,
            settings.averagingFrequency(),
            batch -> plan.paddedCodons(batch.rows()));
    for (List<BatchDescriptor> round : rounds) {
      long started = System.nanoTime();
      Map<Integer, Double> workerSeconds = new HashMap<>();
      for (Step step : train(round)) {
        loss += step.loss() * step.rows();
        rows += step.rows();
        guard.check(step, batches.get(step.batch() - 1));
        made.add(step);
        workerSeconds.merge(step.partition(), step.seconds(), Double::sum);
      }
      double slowest =
          workerSeconds.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
      outside += (System.nanoTime() - started) / 1e9 - slowest;
    }
    return new Result(loss / rows, outside, rounds.size(), made, batches);
  }

  /** One round; the steps in the order of their batches. */
  private List<Step> train(List<BatchDescriptor> round) {
    ComputationGraphConfiguration configuration = graph.getNetwork().getConfiguration();
    int first = configuration.getIterationCount();
    int partitions = Math.min(workers, round.size());
    steps.reset();
    StepProbe probe = new StepProbe(steps, first);
    master.setListeners(List.of(probe));
    master.setTrainingHookList(List.of(probe));
    List<String> names = round.stream().map(batch -> batch.in(context.examples())).toList();
    graph.fitPaths(spark.parallelize(names, partitions), new BatchLoader(context, probe));
    // Deeplearning4j adds the averaging frequency even after a shorter round.
    configuration.setIterationCount(first + round.size() / partitions);

    // A task that was tried twice has told its steps twice.
    Map<Integer, Step> byBatch = new HashMap<>();
    steps.value().forEach(step -> byBatch.put(step.batch(), step));
    return byBatch.values().stream().sorted(Comparator.comparingInt(Step::batch)).toList();
  }
}
