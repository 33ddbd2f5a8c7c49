package io.codonloom.job.train;

import io.codonloom.fusion.FusionNetwork;
import io.codonloom.model.Prediction;
import java.util.Iterator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** On an executor: from batch descriptors to the predictions of their rows. */
final class BatchPredictor implements FlatMapFunction<Iterator<String>, RowPrediction> {
  private static final long serialVersionUID = 1L;

  private final TrainingContext context;
  private final Broadcast<float[]> parameters;

  BatchPredictor(TrainingContext context, Broadcast<float[]> parameters) {
    this.context = context;
    this.parameters = parameters;
  }

  @Override
  public Iterator<RowPrediction> call(Iterator<String> descriptors) {
    ComputationGraph network =
        FusionNetwork.of(context.network(), context.dims(), context.target(), parameters.value());
    Iterable<String> all = () -> descriptors;
    return StreamSupport.stream(all.spliterator(), false)
        .flatMap(descriptor -> predictions(network, BatchDescriptor.parse(descriptor)))
        .iterator();
  }

  private Stream<RowPrediction> predictions(ComputationGraph network, BatchDescriptor batch) {
    MultiDataSet data = BatchLoader.load(context, batch);
    Prediction[] predictions = Prediction.of(network, data, context.scaling());
    LocalExamples local = LocalExamples.of(context);
    StepProbe.free(data);
    return IntStream.range(0, predictions.length)
        .mapToObj(
            i -> {
              int row = batch.rows()[i];
              Prediction prediction = predictions[i];
              return new RowPrediction(
                  row,
                  local.label(row),
                  prediction.value(),
                  prediction.probabilities(),
                  prediction.attention());
            });
  }
}
