package io.codonloom.fusion.kernel;

import java.util.Arrays;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The attention weights of one query after the other, as plain Java numbers of the network's own
 * precision: all that happens between the matrix products, while a row is in the processor's cache.
 * Loops that the JVM compiles to vector instructions take a third of the time of the library's
 * softmax and of its products with drawn factors, and one such call for each of them costs more
 * than a short row.
 */
abstract sealed class AttentionRow {
  private final int[] dropped;

  private AttentionRow(int longest) {
    dropped = new int[longest];
  }

  /** Room for rows of up to that length; without {@link #drop} every weight is kept. */
  static AttentionRow of(DataType type, int longest) {
    return type == DataType.DOUBLE ? new Doubles(longest) : new Floats(longest);
  }

  /** Reads scores from a place on and makes weights of them that add up to 1. */
  abstract void softmax(Pointer scores, long at, int length);

  /** Draws which weights are dropped; the others are divided by 1 − rate. */
  final void drop(int length, long stream, double rate) {
    DropoutDraw.dropped(dropped, length, stream, rate);
    keep(dropped, length, 1 / (1 - rate));
  }

  abstract void keep(int[] dropped, int length, double factor);

  /** Writes what is kept of the weights. */
  abstract void write(Pointer weights, long at, int length);

  /**
   * Reads the gradient of what is kept and writes that of the scores in its place: f ⊙ δ for the
   * weights α, and α ⊙ (f ⊙ δ − Σ α f δ) for the softmax.
   */
  abstract void backward(Pointer deltas, long at, int length);

  private static final class Floats extends AttentionRow {
    private static final float LOG2_E = 1.442695f;

    /** ln 2 in two parts; the first has few digits, so that a small whole multiple is exact. */
    private static final float LN2_HIGH = 0x1.63p-1f;

    private static final float LN2_LOW = -2.12194440e-4f;

    /** Adding and subtracting it rounds a number below 2²² to a whole one. */
    private static final float WHOLE = 0x1.8p23f;

    /** exp of less is below the smallest normal number. */
    private static final float LOWEST = -87;

    /** 2⁻ⁱ. */
    private static final float[] HALVES = new float[127];

    static {
      for (int i = 0; i < HALVES.length; i++) {
        HALVES[i] = Math.scalb(1f, -i);
      }
    }

    private final float[] weights;
    private final float[] factors;
    private final float[] deltas;
    private final float[] powers;

    Floats(int longest) {
      super(longest);
      weights = new float[longest];
      factors = new float[longest];
      deltas = new float[longest];
      powers = new float[longest];
      Arrays.fill(factors, 1);
    }

    @Override
    void softmax(Pointer scores, long at, int length) {
      new FloatPointer(scores).position(at).get(weights, 0, length);
      reduce(maximum(length), length);
      float inverse = 1 / powersApplied(length);
      for (int i = 0; i < length; i++) {
        weights[i] *= inverse;
      }
    }

    /** Folds the row until one number is left, as a single running maximum waits for itself. */
    private float maximum(int length) {
      System.arraycopy(weights, 0, powers, 0, length);
      for (int left = length; left > 1; ) {
        int half = (left + 1) / 2;
        for (int i = 0; i < left / 2; i++) {
          powers[i] = Math.max(powers[i], powers[half + i]);
        }
        left = half;
      }
      return powers[0];
    }

    /** x = r − p·ln 2 with a whole p: exp(r) by its series to r⁷ and p. */
    private void reduce(float most, int length) {
      for (int i = 0; i < length; i++) {
        float x = Math.max(LOWEST, weights[i] - most);
        float whole = (x * LOG2_E + WHOLE) - WHOLE;
        float r = (x - whole * LN2_HIGH) - whole * LN2_LOW;
        float sum = 1 / 5040f;
        sum = sum * r + 1 / 720f;
        sum = sum * r + 1 / 120f;
        sum = sum * r + 1 / 24f;
        sum = sum * r + 1 / 6f;
        sum = sum * r + 0.5f;
        sum = sum * r + 1;
        powers[i] = -whole;
        weights[i] = sum * r + 1;
      }
    }

    /** Halves as often as said and returns the sum; four sums, as one would wait for itself. */
    private float powersApplied(int length) {
      float a = 0;
      float b = 0;
      float c = 0;
      float d = 0;
      int i = 0;
      for (; i < length - 3; i += 4) {
        a += weights[i] *= HALVES[(int) powers[i]];
        b += weights[i + 1] *= HALVES[(int) powers[i + 1]];
        c += weights[i + 2] *= HALVES[(int) powers[i + 2]];
        d += weights[i + 3] *= HALVES[(int) powers[i + 3]];
      }
      for (; i < length; i++) {
        a += weights[i] *= HALVES[(int) powers[i]];
      }
      return (a + b) + (c + d);
    }

    @Override
    void keep(int[] dropped, int length, double factor) {
      float[] either = {(float) factor, 0};
      for (int i = 0; i < length; i++) {
        factors[i] = either[dropped[i]];
      }
    }

    @Override
    void write(Pointer into, long at, int length) {
      for (int i = 0; i < length; i++) {
        powers[i] = weights[i] * factors[i];
      }
      new FloatPointer(into).position(at).put(powers, 0, length);
    }

    @Override
    void backward(Pointer gradient, long at, int length) {
      FloatPointer place = new FloatPointer(gradient).position(at);
      place.get(deltas, 0, length);
      for (int i = 0; i < length; i++) {
        deltas[i] *= factors[i];
      }
      float mean = dot(length);
      for (int i = 0; i < length; i++) {
        deltas[i] = weights[i] * (deltas[i] - mean);
      }
      place.put(deltas, 0, length);
    }

    private float dot(int length) {
      float a = 0;
      float b = 0;
      float c = 0;
      float d = 0;
      int i = 0;
      for (; i < length - 3; i += 4) {
        a += weights[i] * deltas[i];
        b += weights[i + 1] * deltas[i + 1];
        c += weights[i + 2] * deltas[i + 2];
        d += weights[i + 3] * deltas[i + 3];
      }
      for (; i < length; i++) {
        a += weights[i] * deltas[i];
      }
      return (a + b) + (c + d);
    }
  }

  private static final class Doubles extends AttentionRow {
    private final double[] weights;
    private final double[] factors;
    private final double[] scratch;

    Doubles(int longest) {
      super(longest);
      weights = new double[longest];
      factors = new double[longest];
      scratch = new double[longest];
      Arrays.fill(factors, 1);
    }

    @Override
    void softmax(Pointer scores, long at, int length) {
      new DoublePointer(scores).position(at).get(weights, 0, length);
      double most = Arrays.stream(weights, 0, length).max().orElseThrow();
      double sum = 0;
      for (int i = 0; i < length; i++) {
        weights[i] = Math.exp(weights[i] - most);
        sum += weights[i];
      }
      for (int i = 0; i < length; i++) {
        weights[i] /= sum;
      }
    }

    @Override
    void keep(int[] dropped, int length, double factor) {
      for (int i = 0; i < length; i++) {
        factors[i] = dropped[i] == 0 ? factor : 0;
      }
    }

    @Override
    void write(Pointer into, long at, int length) {
      for (int i = 0; i < length; i++) {
        scratch[i] = weights[i] * factors[i];
      }
      new DoublePointer(into).position(at).put(scratch, 0, length);
    }

    @Override
    void backward(Pointer gradient, long at, int length) {
      DoublePointer place = new DoublePointer(gradient).position(at);
      place.get(scratch, 0, length);
      double mean = 0;
      for (int i = 0; i < length; i++) {
        scratch[i] *= factors[i];
        mean += weights[i] * scratch[i];
      }
      for (int i = 0; i < length; i++) {
        scratch[i] = weights[i] * (scratch[i] - mean);
      }
      place.put(scratch, 0, length);
    }
  }
}
