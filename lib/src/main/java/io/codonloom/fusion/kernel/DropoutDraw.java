package io.codonloom.fusion.kernel;

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

  public static long of(long low, long high) {
    return high << HALF | low;
  }

  /** A number in [0, 1) for one feature. */
  public static double uniform(long draw, int feature) {
    return (mix(draw ^ mix(feature)) >>> 11) * 0x1.0p-53;
  }

  /** The random numbers of one head of one vertex, independent of all others of that row. */
  public static long stream(long draw, String vertex, int head) {
    return mix(draw ^ mix(mix(vertex.hashCode()) + head));
  }

  /** The random numbers of one query of a stream. */
  public static long stream(long stream, int query) {
    return mix(stream + query);
  }

  /**
   * Marks the share {@code rate} of places with 1 and the others with 0; what a place gets depends
   * on the stream and its index only. The rate is rounded to multiples of 2⁻²⁴.
   */
  static void dropped(int[] marks, int length, long stream, double rate) {
    int threshold = (int) Math.round(rate * (1 << HALF));
    int first = (int) stream;
    int second = (int) (stream >>> Integer.SIZE);
    for (int i = 0; i < length; i++) {
      marks[i] = i;
    }
    // 32-bit arithmetic on numbers from an array, not on the loop's own, compiles to vector
    // instructions: the finalizer of MurmurHash3 (Appleby, 2011) over the index times an odd
    // number.
    for (int i = 0; i < length; i++) {
      int hash = marks[i] * 0x9e3779b9 ^ first;
      hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
      hash = ((hash ^ (hash >>> 13)) + second) * 0xc2b2ae35;
      hash = hash ^ (hash >>> 16);
      marks[i] = ((hash >>> (Integer.SIZE - HALF)) - threshold) >>> (Integer.SIZE - 1);
    }
  }

  /** The finalizer of SplitMix64 (Steele, Lea and Flood, 2014). */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
