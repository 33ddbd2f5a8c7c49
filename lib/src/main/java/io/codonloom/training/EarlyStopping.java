package io.codonloom.training;

/** Ends a training after {@code patience} epochs in a row without a new lowest validation loss. */
public final class EarlyStopping {
  private final int patience;
  private double bestLoss = Double.POSITIVE_INFINITY;
  private int bestEpoch;
  private int lastEpoch;

  public EarlyStopping(int patience) {
    this.patience = patience;
  }

  /** Takes an epoch's validation loss and says whether it is the lowest so far. */
  public boolean isBest(int epoch, double loss) {
    lastEpoch = epoch;
    if (loss < bestLoss) {
      bestLoss = loss;
      bestEpoch = epoch;
    }
    return bestEpoch == epoch;
  }

  public boolean shouldStop() {
    return lastEpoch - bestEpoch >= patience;
  }

  /** The epoch with the lowest loss, 0 before the first. */
  public int bestEpoch() {
    return bestEpoch;
  }

  double bestLoss() {
    return bestLoss;
  }
}
