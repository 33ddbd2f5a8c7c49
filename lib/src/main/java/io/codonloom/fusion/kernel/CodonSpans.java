package io.codonloom.fusion.kernel;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Which codons of each example a modality covers: one run from its first to its last. */
public final class CodonSpans {
  private final int[] starts;
  private final int[] ends;

  private CodonSpans(int[] starts, int[] ends) {
    this.starts = starts;
    this.ends = ends;
  }

  /**
   * The codons that a mask shows of each example.
   *
   * @param mask {@code [batch, codons]}, or null where all are covered
   */
  public static CodonSpans of(INDArray mask, long batch, long codons) {
    int[] ends = CodonMask.lengths(mask, batch, codons);
    int[] starts = new int[ends.length];
    Vectors flags = mask == null ? null : Vectors.copyOf(mask);
    for (int i = 0; flags != null && i < starts.length; i++) {
      while (starts[i] < ends[i] && flags.get(Math.toIntExact(i * codons) + starts[i]) == 0) {
        starts[i]++;
      }
    }
    return new CodonSpans(starts, ends);
  }

  /** The spans of several modalities; without masks all are covered. */
  public static List<CodonSpans> of(INDArray[] masks, int count, long batch, long codons) {
    List<CodonSpans> spans = new ArrayList<>();
    for (int m = 0; m < count; m++) {
      spans.add(of(masks == null ? null : masks[m], batch, codons));
    }
    return spans;
  }

  public int length(int example) {
    return ends[example] - starts[example];
  }

  /** The covered codons {@code [length, n]} of an example of {@code [batch, codons, n]}. */
  public INDArray of(INDArray array, int example) {
    return of(array, example, 0, array.size(2));
  }

  /** Features {@code from} to {@code to} (exclusive) of the covered codons of an example. */
  public INDArray of(INDArray array, int example, long from, long to) {
    return array.get(
        NDArrayIndex.point(example),
        NDArrayIndex.interval(starts[example], ends[example]),
        NDArrayIndex.interval(from, to));
  }

  /** How many codons an example has in all modalities together. */
  private static int total(List<CodonSpans> spans, int example) {
    return spans.stream().mapToInt(span -> span.length(example)).sum();
  }

  /** The most codons that an example has in all modalities together, at least 1. */
  public static int longest(List<CodonSpans> spans) {
    int longest = 1;
    for (int i = 0; i < spans.get(0).starts.length; i++) {
      longest = Math.max(longest, total(spans, i));
    }
    return longest;
  }

  /** The mask of all modalities' codons one after the other; of the precision of another mask. */
  public static INDArray joinedMask(List<CodonSpans> spans, INDArray like) {
    INDArray mask = Nd4j.create(like.dataType(), like.size(0), longest(spans));
    for (int i = 0; i < like.size(0); i++) {
      int total = total(spans, i);
      if (total > 0) {
        Matrices.columnRange(Matrices.rowRange(mask, i, i + 1), 0, total).assign(1);
      }
    }
    return mask;
  }
}
