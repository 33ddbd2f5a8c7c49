package io.codonloom.training;

/**
 * Lowers the learning rate when the validation loss stops falling: after more than {@code patience}
 * epochs in a row without a loss at least 0.01 % below the best one, the rate is multiplied by the
 * factor and counting starts again (PyTorch's ReduceLROnPlateau with its defaults).
 */
public final class PlateauSchedule {
  private static final double THRESHOLD = 1e-4;

  private final double factor;
  private final int patience;
  private double rate;
  private double best = Double.POSITIVE_INFINITY;
  private int badEpochs;

  public PlateauSchedule(double rate, double factor, int patience) {
    this.rate = rate;
    this.factor = factor;
    this.patience = patience;
  }

  /** Takes an epoch's validation loss and returns the learning rate of the next epoch. */
  public double next(double loss) {
    if (loss < best * (1 - THRESHOLD)) {
      best = loss;
      badEpochs = 0;
    } else {
      badEpochs++;
    }
    if (badEpochs > patience) {
      rate *= factor;
      badEpochs = 0;
    }
    return rate;
  }
}
