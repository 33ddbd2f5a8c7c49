package io.codonloom.fusion.torch;

import org.bytedeco.pytorch.Tensor;

/**
 * Features of every codon.
 *
 * @param values {@code [batch, codons, width]}, 0 outside the mask
 */
record MaskedCodons(Tensor values, Mask mask) {
  long batch() {
    return values.size(0);
  }

  long codons() {
    return values.size(1);
  }

  long width() {
    return values.size(2);
  }

  /** {@code [batch × codons, width]}. */
  Tensor rows() {
    return values.reshape(batch() * codons(), width());
  }
}
