package io.codonloom.fusion;

/**
 * The random number of one row in one epoch. It travels through the network's input as two whole
 * numbers below 2²⁴, which single precision holds exactly.
 */
public final class DropoutDraw {
  private static final int HALF = 24;
  private static final long MASK = (1L << HALF) - 1;

  private DropoutDraw() {}

  /**
   * The two numbers of a row.
   *
   * @param seed the training's seed
   * @param epoch counted from 1
   * @param row the row's number in the data set
   */
  public static float[] inputs(long seed, int epoch, long row) {
    long hash = mix(mix(mix(seed) ^ epoch) ^ row);
    return new float[] {hash & MASK, (hash >>> HALF) & MASK};
  }

  static long of(long low, long high) {
    return high << HALF | low;
  }

  /** A number in [0, 1) for one feature. */
  static double uniform(long draw, int feature) {
    return (mix(draw ^ mix(feature)) >>> 11) * 0x1.0p-53;
  }

  /** The finalizer of SplitMix64 (Steele, Lea and Flood, 2014). */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
