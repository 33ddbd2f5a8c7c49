package io.codonloom.bench;

import java.util.Arrays;

/** Times work. */
public final class Clock {
  private Clock() {}

  /** Work that may fail. */
  @FunctionalInterface
  public interface Work {
    void run() throws Exception;
  }

  /** The seconds that it takes once. */
  public static double seconds(Work work) throws Exception {
    long started = System.nanoTime();
    work.run();
    return (System.nanoTime() - started) / 1e9;
  }

  /** The least of several times within about so many seconds; at least two are taken. */
  public static double best(double within, Work work) throws Exception {
    double best = Double.POSITIVE_INFINITY;
    double used = 0;
    for (int i = 0; i < 2 || used < within; i++) {
      double one = seconds(work);
      best = Math.min(best, one);
      used += one;
    }
    return best;
  }

  /** The value in the middle. */
  public static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
