package io.codonloom.fusion.torch;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;

/** Which codons of each example are there: 1 or 0 for each, on the host. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Mask(float[] flags, int batch, int codons) {
  /** Codons that any of the masks has; all of one length. */
  static Mask union(List<Mask> masks) {
    float[] union = masks.get(0).flags.clone();
    for (Mask mask : masks) {
      for (int i = 0; i < union.length; i++) {
        union[i] = Math.max(union[i], mask.flags[i]);
      }
    }
    return new Mask(union, masks.get(0).batch, masks.get(0).codons);
  }

  boolean has(int example, int codon) {
    return flags[example * codons + codon] != 0;
  }

  boolean isFull() {
    for (float flag : flags) {
      if (flag == 0) {
        return false;
      }
    }
    return true;
  }

  /** One more than the last codon of an example. */
  int length(int example) {
    int length = codons;
    while (length > 0 && !has(example, length - 1)) {
      length--;
    }
    return length;
  }

  /** How many codons of an example are there. */
  int count(int example) {
    int count = 0;
    for (int codon = 0; codon < codons; codon++) {
      count += has(example, codon) ? 1 : 0;
    }
    return count;
  }

  /** {@code [batch, codons, 1]}. */
  Tensor column(TensorOptions options) {
    double[] column = new double[flags.length];
    for (int i = 0; i < column.length; i++) {
      column[i] = flags[i];
    }
    return Tensors.of(column, options, batch, codons, 1);
  }

  /** What each codon counts in its example's mean, {@code [batch, 1, codons]}. */
  Tensor shares(TensorOptions options) {
    double[] shares = new double[flags.length];
    for (int example = 0; example < batch; example++) {
      int count = Math.max(1, count(example));
      for (int codon = 0; codon < codons; codon++) {
        int at = example * codons + codon;
        shares[at] = (double) flags[at] / count;
      }
    }
    return Tensors.of(shares, options, batch, 1, codons);
  }

  /**
   * What to add to windows before their largest is looked for: −∞ at those that reach beyond an
   * example's last codon; one that is shorter than a window has its first.
   *
   * @return {@code [batch, windows, 1]}
   */
  Tensor windows(int kernel, int windows, TensorOptions options) {
    double[] added = new double[batch * windows];
    for (int example = 0; example < batch; example++) {
      int count = Math.max(1, length(example) - kernel + 1);
      Arrays.fill(
          added,
          example * windows + Math.min(count, windows),
          (example + 1) * windows,
          Double.NEGATIVE_INFINITY);
    }
    return Tensors.of(added, options, batch, windows, 1);
  }
}
