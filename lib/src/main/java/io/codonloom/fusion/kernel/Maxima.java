package io.codonloom.fusion.kernel;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The largest window of each example and channel. */
public final class Maxima {
  private final Vectors values;
  private final int[] rows;
  private final int batch;

  private Maxima(Vectors values, int[] rows, int batch) {
    this.values = values;
    this.rows = rows;
    this.batch = batch;
  }

  /**
   * Looks at the windows within each example's length; one window if it is shorter than the kernel.
   *
   * @param windows {@code [batch × codons, kernels × channels]}
   */
  public static Maxima of(
      INDArray windows, long codons, int[] lengths, List<Integer> kernels, int channels) {
    Vectors all = Vectors.copyOf(windows);
    int columns = channels * kernels.size();
    int stride = Math.toIntExact(codons);
    Vectors best = Vectors.zeros(windows.dataType(), (long) lengths.length * columns);
    int[] rows = new int[lengths.length * columns];
    for (int example = 0; example < lengths.length; example++) {
      for (int k = 0; k < kernels.size(); k++) {
        int at = example * columns + k * channels;
        for (int c = 0; c < channels; c++) {
          best.set(at + c, Double.NEGATIVE_INFINITY);
        }
        int count = Math.max(1, lengths[example] - kernels.get(k) + 1);
        for (int t = 0; t < count; t++) {
          int row = example * stride + t;
          all.maximum(row * columns + k * channels, channels, best, rows, at, row);
        }
      }
    }
    return new Maxima(best, rows, lengths.length);
  }

  /** {@code [batch × columns]} the maxima, before bias and ReLU. */
  public Vectors values() {
    return values;
  }

  int batch() {
    return batch;
  }

  public int columns() {
    return rows.length / batch;
  }

  /** The first row of a maximum's window in the batch laid end to end. */
  public int row(int index) {
    return rows[index];
  }

  public int size() {
    return rows.length;
  }

  /** Sets the gradients of features that the ReLU has cut to 0; it cuts no NaN. */
  public void clearInactive(Vectors deltas, Vectors bias) {
    for (int i = 0; i < rows.length; i++) {
      if (values.get(i) + bias.get(i % columns()) <= 0) {
        deltas.set(i, 0);
      }
    }
  }
}
