package io.codonloom.job.train;

import io.codonloom.metric.Metric;
import io.codonloom.model.LabelScaling;
import io.codonloom.training.BatchPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Forecasts by the executors, with the parameters broadcast to them. */
final class Evaluation {
  /** As Deeplearning4j's own cross-entropy has it. */
  private static final double LEAST_PROBABILITY = 1e-10;

  private final JavaSparkContext spark;
  private final TrainingContext context;
  private final int[] codons;
  private final int batchSize;
  private final int workers;

  /**
   * How a network does on a part.
   *
   * @param loss mean squared error of scaled labels, or mean cross-entropy, weighted as in training
   * @param score Spearman's correlation, or the accuracy
   * @param entropy of the attention weights, the mean
   * @param failed the rows whose prediction is not finite
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Result(double loss, double score, double entropy, int[] failed) {}

  Evaluation(
      JavaSparkContext spark, TrainingContext context, int[] codons, int batchSize, int workers) {
    this.spark = spark;
    this.context = context;
    this.codons = codons;
    this.batchSize = batchSize;
    this.workers = workers;
  }

  Result of(ComputationGraph network, IntStream rows) {
    Broadcast<float[]> parameters = broadcast(network);
    List<RowPrediction> forecasts = new ArrayList<>(forecasts(parameters, rows).collect());
    parameters.destroy();
    forecasts.sort(Comparator.comparingInt(RowPrediction::row));
    double entropy =
        forecasts.stream().mapToDouble(f -> f.forecast().entropy()).average().orElse(Double.NaN);
    int[] failed =
        forecasts.stream()
            .filter(f -> !Double.isFinite(f.value()))
            .mapToInt(RowPrediction::row)
            .toArray();
    return context.target().regression()
        ? regression(forecasts, entropy, failed)
        : classification(forecasts, entropy, failed);
  }

  private Result regression(List<RowPrediction> forecasts, double entropy, int[] failed) {
    LabelScaling scaling = context.scaling();
    double[] labels = forecasts.stream().mapToDouble(f -> scaling.scale(f.label())).toArray();
    double[] values = forecasts.stream().mapToDouble(f -> scaling.scale(f.value())).toArray();
    return new Result(
        Metric.MSE.of(labels, values), Metric.SPEARMAN.of(labels, values), entropy, failed);
  }

  private Result classification(List<RowPrediction> forecasts, double entropy, int[] failed) {
    List<Double> weights = context.target().classWeights();
    double[] labels = forecasts.stream().mapToDouble(RowPrediction::label).toArray();
    double[] probabilities =
        forecasts.stream().flatMapToDouble(f -> Arrays.stream(f.probabilities())).toArray();
    double loss = 0;
    for (RowPrediction forecast : forecasts) {
      int label = (int) forecast.label();
      double weight = weights.isEmpty() ? 1 : weights.get(label);
      loss -= weight * Math.log(Math.max(forecast.probabilities()[label], LEAST_PROBABILITY));
    }
    return new Result(
        loss / forecasts.size(), Metric.ACCURACY.of(labels, probabilities), entropy, failed);
  }

  Broadcast<float[]> broadcast(ComputationGraph network) {
    return spark.broadcast(network.params().dup().data().asFloat());
  }

  /** The forecasts of these rows, in no order. */
  JavaRDD<RowPrediction> forecasts(Broadcast<float[]> parameters, IntStream rows) {
    List<String> batches =
        new BatchPlan(rows.toArray(), codons, batchSize)
            .byLength().stream()
                .map(batch -> new BatchDescriptor(0, 0, batch).in(context.examples()))
                .toList();
    // Long batches come last; dealt out one by one, every partition gets some of them.
    List<String> dealt = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      for (int i = worker; i < batches.size(); i += workers) {
        dealt.add(batches.get(i));
      }
    }
    int partitions = Math.max(1, Math.min(workers, batches.size()));
    return spark
        .parallelize(dealt, partitions)
        .mapPartitions(new BatchPredictor(context, parameters));
  }
}
