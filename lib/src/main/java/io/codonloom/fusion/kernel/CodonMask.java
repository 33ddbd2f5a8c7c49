package io.codonloom.fusion.kernel;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Reads masks {@code [batch, codons]}: 1 at codons that are there, null where all are. */
public final class CodonMask {
  private CodonMask() {}

  /** Sets the rows of {@code [batch × codons, n]} outside the mask to 0. */
  public static void clearOutside(INDArray rows, INDArray mask) {
    if (mask == null) {
      return;
    }
    Vectors flags = Vectors.copyOf(mask);
    int count = Math.toIntExact(mask.length());
    int row = 0;
    while (row < count) {
      int end = row;
      while (end < count && flags.get(end) == 0) {
        end++;
      }
      if (end > row) {
        // Padding comes in runs, one for each example at most, so that this touches little memory.
        Matrices.rowRange(rows, row, end).assign(0);
      }
      row = end + 1;
    }
  }

  /** Codons that any of the masks from that one on has; null where one of them has all. */
  public static INDArray union(INDArray[] masks, int from) {
    INDArray union = null;
    for (int m = from; masks != null && m < masks.length; m++) {
      if (masks[m] == null) {
        return null;
      }
      union = union == null ? masks[m] : Transforms.max(union, masks[m]);
    }
    return union;
  }

  /** For each example one more than its last codon; all codons without a mask. */
  public static int[] lengths(INDArray mask, long batch, long codons) {
    int[] lengths = new int[Math.toIntExact(batch)];
    int columns = Math.toIntExact(codons);
    Vectors flags = mask == null ? null : Vectors.copyOf(mask);
    for (int example = 0; example < lengths.length; example++) {
      int length = columns;
      while (flags != null && length > 0 && flags.get(example * columns + length - 1) == 0) {
        length--;
      }
      lengths[example] = length;
    }
    return lengths;
  }
}
