package io.codonloom.job.train;

import io.codonloom.fusion.FusionNetwork;
import io.codonloom.fusion.Optimizer;
import io.codonloom.model.Prediction;
import java.util.Iterator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** On an executor: from batch descriptors to the forecasts of their rows. */
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
        new ComputationGraph(
            FusionNetwork.configuration(
                context.network(),
                context.dims(),
                context.target(),
                Optimizer.adam(1),
                context.seed()));
    float[] values = parameters.value();
    network.init(Nd4j.createFromArray(values).reshape(1, values.length), false);
    Iterable<String> all = () -> descriptors;
    return StreamSupport.stream(all.spliterator(), false)
        .flatMap(descriptor -> forecasts(network, BatchDescriptor.parse(descriptor)))
        .iterator();
  }

  private Stream<RowPrediction> forecasts(ComputationGraph network, BatchDescriptor batch) {
    MultiDataSet data = BatchLoader.load(context, batch);
    Prediction[] forecasts = Prediction.of(network, data, context.scaling());
    LocalExamples local = LocalExamples.of(context);
    StepProbe.free(data);
    return IntStream.range(0, forecasts.length)
        .mapToObj(
            i -> {
              int row = batch.rows()[i];
              Prediction forecast = forecasts[i];
              return new RowPrediction(
                  row,
                  local.label(row),
                  forecast.value(),
                  forecast.probabilities(),
                  forecast.attention());
            });
  }
}
