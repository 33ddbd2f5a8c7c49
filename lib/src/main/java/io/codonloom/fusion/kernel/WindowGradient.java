package io.codonloom.fusion.kernel;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The backward pass of the maxima over windows: each example and channel has one window with a
 * gradient, which adds one row to a weight's gradient and one to a codon's for each tap.
 */
public final class WindowGradient {
  private final Maxima maxima;
  private final Vectors deltas;
  private final List<Integer> kernels;
  private final int channels;

  public WindowGradient(Maxima maxima, Vectors deltas, List<Integer> kernels, int channels) {
    this.maxima = maxima;
    this.deltas = deltas;
    this.kernels = kernels;
    this.channels = channels;
  }

  public void bias(INDArray gradient) {
    Vectors sums = Vectors.zeros(gradient.dataType(), gradient.length());
    for (int i = 0; i < maxima.size(); i++) {
      int column = i % maxima.columns();
      sums.set(column, sums.get(column) + deltas.get(i));
    }
    sums.copyTo(gradient);
  }

  /**
   * Writes the gradient of a tap's weights.
   *
   * @param codons {@code [batch × codons, width]} the layer's input
   */
  public void weights(int tap, Vectors codons, long width, INDArray gradient) {
    int length = Math.toIntExact(width);
    Vectors sums = Vectors.zeros(gradient.dataType(), gradient.length());
    int columns = columns(tap);
    for (int column = 0; column < columns; column++) {
      for (int example = 0; example < maxima.batch(); example++) {
        int i = example * maxima.columns() + column;
        if (deltas.get(i) != 0) {
          int row = maxima.row(i) + tap;
          codons.addTo(sums, column * length, deltas.get(i), row * length, length);
        }
      }
    }
    sums.copyTo(gradient);
  }

  /**
   * Adds what a tap gives to the gradient of the codons.
   *
   * @param weights {@code [columns, width]} of that tap
   */
  public void codons(int tap, INDArray weights, Vectors gradient) {
    int width = Math.toIntExact(weights.size(1));
    Vectors rows = Vectors.copyOf(weights);
    int columns = columns(tap);
    for (int example = 0; example < maxima.batch(); example++) {
      for (int column = 0; column < columns; column++) {
        int i = example * maxima.columns() + column;
        if (deltas.get(i) != 0) {
          int row = maxima.row(i) + tap;
          rows.addTo(gradient, row * width, deltas.get(i), column * width, width);
        }
      }
    }
  }

  private int columns(int tap) {
    return channels * (int) kernels.stream().filter(kernel -> kernel > tap).count();
  }
}
