package io.codonloom.training;

import java.util.Arrays;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * What a regression says about one row.
 *
 * @param value the prediction in the label's own units
 * @param attention the modalities' weights in the network's order; none where it has no such
 */
@SuppressWarnings("ArrayRecordComponent") // one of millions, never compared
public record Forecast(double value, float[] attention) {

  /** The forecasts of a batch, dropout off, in the order of its rows. */
  public static Forecast[] of(ComputationGraph network, MultiDataSet batch, LabelScaling scaling) {
    INDArray[] outputs =
        network.output(false, batch.getFeatures(), batch.getFeaturesMaskArrays(), null);
    Forecast[] forecasts = new Forecast[Math.toIntExact(outputs[0].size(0))];
    for (int i = 0; i < forecasts.length; i++) {
      float[] attention = outputs.length > 1 ? outputs[1].getRow(i).toFloatVector() : new float[0];
      forecasts[i] = new Forecast(scaling.unscale(outputs[0].getDouble(i, 0)), attention);
    }
    return forecasts;
  }

  /** −Σ α ln α of the attention weights, in nats. */
  public double entropy() {
    double sum = 0;
    for (float weight : attention) {
      sum -= weight > 0 ? weight * Math.log(weight) : 0;
    }
    return sum;
  }

  @Override
  public String toString() {
    return value + " " + Arrays.toString(attention);
  }
}
