package io.codonloom.job.train;

import io.codonloom.training.Forecast;
import java.io.Serializable;

/** A forecast of one row of the data set, with its label. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RowForecast(int row, double label, double value, double[] probabilities, float[] attention)
    implements Serializable {

  Forecast forecast() {
    return new Forecast(value, probabilities, attention);
  }
}
