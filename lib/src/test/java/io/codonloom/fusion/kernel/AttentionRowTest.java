package io.codonloom.fusion.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

class AttentionRowTest {
  @Test
  void weightsAreTheSoftmaxToSinglePrecision() {
    Random random = new Random(1);
    for (int length : new int[] {1, 2, 3, 5, 8, 81, 1020}) {
      for (double spread : new double[] {0, 1e-3, 1, 20, 200, 1e6}) {
        float[] scores = new float[length + 2];
        for (int i = 0; i < scores.length; i++) {
          scores[i] = (float) (random.nextGaussian() * spread);
        }
        float[] weights = weights(scores, length);
        double[] exact = exact(scores, length);
        for (int i = 0; i < length; i++) {
          // The rounding of the difference to the largest score counts as a share of the weight.
          // Below the smallest normal number nothing is asked of the digits.
          double share = 1e-6 + 1.2e-7 * -Math.log(exact[i] + Float.MIN_NORMAL);
          assertThat((double) weights[i + 1]).isCloseTo(exact[i], within(1e-37 + share * exact[i]));
        }
        assertThat(weights[0]).isEqualTo(scores[0]);
        assertThat(weights[length + 1]).isEqualTo(scores[length + 1]);
      }
    }
  }

  @Test
  void aScoreThatIsNoNumberIsNotHidden() {
    for (float odd : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      for (int at = 1; at < 6; at++) {
        float[] scores = {0, 1, 2, 3, 4, 5, 0};
        scores[at] = odd;
        assertThat(weights(scores, 5)[at]).isNaN();
      }
    }
  }

  @Test
  void scoresGetTheGradientOfWhatIsKept() {
    int length = 37;
    double step = 1e-6;
    Random random = new Random(2);
    double[] scores = random.doubles(length, -3, 3).toArray();
    double[] deltas = random.doubles(length, -1, 1).toArray();
    AttentionRow row = AttentionRow.of(DataType.DOUBLE, length);
    row.drop(length, 5, 0.3);

    row.softmax(new DoublePointer(scores), 0, length);
    DoublePointer gradient = new DoublePointer(deltas);
    row.backward(gradient, 0, length);
    for (int i = 0; i < length; i++) {
      double[] more = scores.clone();
      double[] less = scores.clone();
      more[i] += step;
      less[i] -= step;
      double slope = (kept(row, more, deltas) - kept(row, less, deltas)) / (2 * step);
      assertThat(gradient.get(i)).isCloseTo(slope, within(1e-9));
    }
  }

  @Test
  void singleAndDoublePrecisionAgree() {
    int length = 257;
    Random random = new Random(3);
    double[] scores = random.doubles(length, -3, 3).toArray();
    double[] deltas = random.doubles(length, -1, 1).toArray();
    AttentionRow doubles = AttentionRow.of(DataType.DOUBLE, length);
    AttentionRow floats = AttentionRow.of(DataType.FLOAT, length);
    doubles.drop(length, 9, 0.2);
    floats.drop(length, 9, 0.2);
    DoublePointer wide = new DoublePointer(scores);
    FloatPointer narrow = new FloatPointer(floats(scores));
    doubles.softmax(wide, 0, length);
    floats.softmax(narrow, 0, length);
    doubles.write(wide, 0, length);
    floats.write(narrow, 0, length);
    DoublePointer wideGradient = new DoublePointer(deltas);
    FloatPointer narrowGradient = new FloatPointer(floats(deltas));
    doubles.backward(wideGradient, 0, length);
    floats.backward(narrowGradient, 0, length);
    for (int i = 0; i < length; i++) {
      assertThat((double) narrow.get(i)).isCloseTo(wide.get(i), within(1e-7));
      assertThat((double) narrowGradient.get(i)).isCloseTo(wideGradient.get(i), within(1e-7));
    }
  }

  private static double kept(AttentionRow row, double[] scores, double[] deltas) {
    DoublePointer weights = new DoublePointer(scores);
    row.softmax(weights, 0, scores.length);
    row.write(weights, 0, scores.length);
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      sum += weights.get(i) * deltas[i];
    }
    return sum;
  }

  /** The weights of the scores but the first and the last, which must stay as they are. */
  private static float[] weights(float[] scores, int length) {
    FloatPointer place = new FloatPointer(scores);
    AttentionRow row = AttentionRow.of(DataType.FLOAT, length);
    row.softmax(place, 1, length);
    row.write(place, 1, length);
    float[] weights = new float[scores.length];
    place.get(weights);
    return weights;
  }

  private static double[] exact(float[] scores, int length) {
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 1; i <= length; i++) {
      most = Math.max(most, scores[i]);
    }
    double[] weights = new double[length];
    double sum = 0;
    for (int i = 0; i < length; i++) {
      weights[i] = Math.exp(scores[i + 1] - most);
      sum += weights[i];
    }
    for (int i = 0; i < length; i++) {
      weights[i] /= sum;
    }
    return weights;
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
