package io.codonloom.job.train;

import io.codonloom.model.Prediction;
import java.io.Serializable;

/** The prediction of one row of the data set, with its label. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RowPrediction(int row, double label, double value, double[] probabilities, float[] attention)
    implements Serializable {

  Prediction prediction() {
    return new Prediction(value, probabilities, attention);
  }
}
