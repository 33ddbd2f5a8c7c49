package io.codonloom.fusion.torch;

import java.util.Collection;
import java.util.Iterator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The modalities of an example one after the other without gaps, as long as the longest example
 * needs: which rows of all of them come where, and the mask.
 */
final class AlongTime {
  private AlongTime() {}

  /** From modalities {@code [batch, codons, width]} to {@code [batch, time, width]}. */
  static MaskedCodons of(Pass pass, Collection<MaskedCodons> parts) {
    TensorVector rows = new TensorVector();
    parts.forEach(part -> rows.push_back(part.rows()));
    Mask first = parts.iterator().next().mask();
    int time = longest(parts, first.batch());
    long[] sources = new long[first.batch() * time];
    float[] flags = new float[sources.length];
    for (int example = 0; example < first.batch(); example++) {
      int at = example * time;
      Iterator<MaskedCodons> all = parts.iterator();
      for (int start = 0; all.hasNext(); start += first.batch() * first.codons()) {
        Mask mask = all.next().mask();
        for (int codon = 0; codon < mask.codons(); codon++) {
          if (mask.has(example, codon)) {
            sources[at] = start + (long) example * mask.codons() + codon;
            flags[at++] = 1;
          }
        }
      }
    }
    Tensor indices = Tensors.of(sources, pass.options(), first.batch(), time);
    return pass.masked(
        torch.embedding(torch.cat(rows, 0), indices), new Mask(flags, first.batch(), time));
  }

  private static int longest(Collection<MaskedCodons> parts, int batch) {
    int longest = 1;
    for (int example = 0; example < batch; example++) {
      int row = example;
      longest = Math.max(longest, parts.stream().mapToInt(part -> part.mask().count(row)).sum());
    }
    return longest;
  }
}
