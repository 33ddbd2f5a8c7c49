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

/** Predictions by the executors, with the parameters broadcast to them. */
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
    List<RowPrediction> predictions = new ArrayList<>(predictions(parameters, rows).collect());
    parameters.destroy();
    predictions.sort(Comparator.comparingInt(RowPrediction::row));
    double entropy =
        predictions.stream()
            .mapToDouble(f -> f.prediction().entropy())
            .average()
            .orElse(Double.NaN);
    int[] failed =
        predictions.stream()
            .filter(f -> !Double.isFinite(f.value()))
            .mapToInt(RowPrediction::row)
            .toArray();
    return context.target().regression()
        ? regression(predictions, entropy, failed)
        : classification(predictions, entropy, failed);
  }

  private Result regression(List<RowPrediction> predictions, double entropy, int[] failed) {
    LabelScaling scaling = context.scaling();
    double[] labels = predictions.stream().mapToDouble(f -> scaling.scale(f.label())).toArray();
    double[] values = predictions.stream().mapToDouble(f -> scaling.scale(f.value())).toArray();
    return new Result(
        Metric.MSE.of(labels, values), Metric.SPEARMAN.of(labels, values), entropy, failed);
  }

  private Result classification(List<RowPrediction> predictions, double entropy, int[] failed) {
    List<Double> weights = context.target().classWeights();
    double[] labels = predictions.stream().mapToDouble(RowPrediction::label).toArray();
    double[] probabilities =
        predictions.stream().flatMapToDouble(f -> Arrays.stream(f.probabilities())).toArray();
    double loss = 0;
    for (RowPrediction prediction : predictions) {
      int label = (int) prediction.label();
      double weight = weights.isEmpty() ? 1 : weights.get(label);
      loss -= weight * Math.log(Math.max(prediction.probabilities()[label], LEAST_PROBABILITY));
    }
    return new Result(
        loss / predictions.size(), Metric.ACCURACY.of(labels, probabilities), entropy, failed);
  }

  Broadcast<float[]> broadcast(ComputationGraph network) {
    return spark.broadcast(network.params().dup().data().asFloat());
  }

  /** The predictions of these rows, in no order. */
  JavaRDD<RowPrediction> predictions(Broadcast<float[]> parameters, IntStream rows) {
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
