package io.codonloom.model;

import io.codonloom.metric.Confusion;
import java.util.Arrays;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * What a network says about one row.
 *
 * @param value the prediction in the label's own units, or the index of the most probable class;
 *     NaN where the network gives no numbers
 * @param probabilities of the classes in their order; none for a regression
 * @param attention the modalities' weights in the network's order; none where it has no such
 */
@SuppressWarnings("ArrayRecordComponent") // one of millions, never compared
public record Prediction(double value, double[] probabilities, float[] attention) {

  /**
   * The predictions of a batch, dropout off, in the order of its rows. A network with more than one
   * output predicts classes.
   *
   * @param scaling of labels that are numbers
   */
  public static Prediction[] of(
      ComputationGraph network, MultiDataSet batch, LabelScaling scaling) {
    INDArray[] outputs =
        network.output(false, batch.getFeatures(), batch.getFeaturesMaskArrays(), null);
    Prediction[] predictions = new Prediction[Math.toIntExact(outputs[0].size(0))];
    for (int i = 0; i < predictions.length; i++) {
      float[] attention = outputs.length > 1 ? outputs[1].getRow(i).toFloatVector() : new float[0];
      predictions[i] = of(outputs[0].getRow(i).toDoubleVector(), scaling, attention);
    }
    return predictions;
  }

  private static Prediction of(double[] output, LabelScaling scaling, float[] attention) {
    if (output.length == 1) {
      return new Prediction(scaling.unscale(output[0]), new double[0], attention);
    }
    boolean numbers = Arrays.stream(output).noneMatch(Double::isNaN);
    double best = numbers ? Confusion.mostProbable(output, 0, output.length) : Double.NaN;
    return new Prediction(best, output, attention);
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
    return value + " " + Arrays.toString(probabilities) + " " + Arrays.toString(attention);
  }
}
