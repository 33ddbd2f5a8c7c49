package io.codonloom.metric;

import java.util.Arrays;
import java.util.Locale;

/**
 * How often each class was taken for each.
 *
 * @param counts [true class][predicted class]
 */
@SuppressWarnings("ArrayRecordComponent") // written as JSON, never compared
public record Confusion(int[][] counts) {

  /**
   * Of rows whose class is the most probable one, the first where several are.
   *
   * @param labels indices of classes
   * @param probabilities of each class, row after row
   * @throws IllegalArgumentException if a label is the index of no class, or a probability is NaN
   */
  public static Confusion of(double[] labels, double[] probabilities) {
    if (Arrays.stream(probabilities).anyMatch(Double::isNaN)) {
      throw new IllegalArgumentException("a probability is NaN");
    }
    int classes = labels.length == 0 ? 0 : probabilities.length / labels.length;
    int[][] counts = new int[classes][classes];
    for (int row = 0; row < labels.length; row++) {
      int label = (int) labels[row];
      if (label != labels[row] || label < 0 || label >= classes) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "a label is %s: not one of %d classes, counted from 0",
                labels[row],
                classes));
      }
      counts[label][mostProbable(probabilities, row * classes, classes)]++;
    }
    return new Confusion(counts);
  }

  /** The index of the highest of some numbers, the first where several are. */
  public static int mostProbable(double[] probabilities, int offset, int classes) {
    int best = 0;
    for (int c = 1; c < classes; c++) {
      best = probabilities[offset + c] > probabilities[offset + best] ? c : best;
    }
    return best;
  }

  double accuracy() {
    long right = 0;
    for (int c = 0; c < counts.length; c++) {
      right += counts[c][c];
    }
    return (double) right / Arrays.stream(counts).flatMapToInt(Arrays::stream).asLongStream().sum();
  }

  double macroF1() {
    double sum = 0;
    int classes = 0;
    for (int c = 0; c < counts.length; c++) {
      long met = 0;
      for (int[] row : counts) {
        met += row[c];
      }
      met += Arrays.stream(counts[c]).asLongStream().sum();
      if (met > 0) {
        sum += 2.0 * counts[c][c] / met;
        classes++;
      }
    }
    return sum / classes;
  }
}
