package io.codonloom.metric;

import java.util.Map;

/**
 * Spearman's correlation of samples. Rows are sorted by label and by prediction once; the ranks of
 * a sample, ties with their average, come from walking both orders and counting.
 */
final class ResampledRanks implements Resampled {
  /** A row's rank and how often it was drawn share a number, to be fetched at once. */
  private static final int COUNT_BITS = 24;

  private static final int COUNT = (1 << COUNT_BITS) - 1;

  /** Fetching so many rows before any is looked at lets the memory fetch many at a time. */
  private static final int BLOCK = 1024;

  /** The unit of each row in the order of the labels, −1 − it for the last row of each label. */
  private final int[] byLabel;

  /** The rows in the order of the predictions, −1 − it for the last one of each prediction. */
  private final int[] byPrediction;

  ResampledRanks(SortedRows rows) {
    byLabel = rows.units().clone();
    mark(byLabel, Order.of(rows.labels()).ends());
    Order order = Order.of(rows.predictions());
    byPrediction = order.rows();
    mark(byPrediction, order.ends());
  }

  /** Loops over rows with a mark are several times faster than loops over many small groups. */
  private static void mark(int[] values, int[] ends) {
    for (int end : ends) {
      values[end - 1] = -1 - values[end - 1];
    }
  }

  @Override
  public int scratch() {
    return byLabel.length + BLOCK;
  }

  @Override
  public void measure(int[] counts, long[] ranks, Map<Metric, Double> values) {
    // Twice the ranks, which are whole numbers, and their mean.
    double mean = 1 + rankLabels(counts, ranks);
    double covariance = 0;
    double labelSquares = 0;
    double predictionSquares = 0;
    long before = 0;
    long tied = 0;
    double sum = 0;
    for (int i = 0; i < byPrediction.length; i++) {
      if (i % BLOCK == 0) {
        fetch(i, ranks);
      }
      long row = ranks[byPrediction.length + i % BLOCK];
      long times = row & COUNT;
      double x = (row >> COUNT_BITS) - mean;
      tied += times;
      sum += times * x;
      labelSquares += times * x * x;
      if (byPrediction[i] < 0) {
        double y = 2 * before + tied + 1 - mean;
        covariance += sum * y;
        predictionSquares += tied * y * y;
        before += tied;
        tied = 0;
        sum = 0;
      }
    }
    values.put(
        Metric.SPEARMAN, covariance / Math.sqrt(labelSquares) / Math.sqrt(predictionSquares));
  }

  /** Copies the ranks of the next rows in the order of the predictions behind all ranks. */
  private void fetch(int start, long[] ranks) {
    int rows = byPrediction.length;
    for (int i = start; i < Math.min(start + BLOCK, rows); i++) {
      ranks[rows + i - start] = ranks[index(byPrediction[i])];
    }
  }

  private static int index(int marked) {
    return marked ^ (marked >> 31); // −1 − it where it is negative
  }

  /** Fills in twice the rank of each row's label and its count; how many rows the sample has. */
  private long rankLabels(int[] counts, long[] ranks) {
    long before = 0;
    long tied = 0;
    int start = 0;
    for (int i = 0; i < byLabel.length; i++) {
      int times = counts[index(byLabel[i])];
      tied += times;
      ranks[i] = times;
      if (byLabel[i] < 0) {
        long rank = (2 * before + tied + 1) << COUNT_BITS;
        ranks[i] |= rank;
        if (start < i) {
          addRank(rank, ranks, start, i);
        }
        before += tied;
        tied = 0;
        start = i + 1;
      }
    }
    return before;
  }

  private static void addRank(long rank, long[] ranks, int start, int end) {
    for (int i = start; i < end; i++) {
      ranks[i] |= rank;
    }
  }
}
