package io.codonloom.fusion.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The learned transposed convolution from 6-mers to codons: pair j of codons, a 6-mer's vector,
 * adds W_k·x_j to codon 2j + k for k = 0, 1, 2. A pair's vector is the mean of those of its codons
 * that are there.
 */
final class Upsampling {
  private Upsampling() {}

  static MaskedCodons of(Pass pass, String layer, MaskedCodons codons) {
    Parameters parameters = pass.parameters();
    Tensor pairs = pairs(pass, codons);
    Tensor before = shifted(pairs);
    Tensor first =
        pairs
            .matmul(parameters.get(layer, "tap0"))
            .add(before.matmul(parameters.get(layer, "tap2")));
    Tensor second = pairs.matmul(parameters.get(layer, "tap1"));
    Tensor both =
        torch
            .stack(new TensorVector(first, second), 2)
            .reshape(codons.batch(), 2 * pairs.size(1), codons.width());
    Tensor upsampled = both.narrow(1, 0, codons.codons()).add(parameters.get(layer, "b"));
    return pass.masked(upsampled, codons.mask());
  }

  /** The 6-mers' vectors, {@code [batch, pairs, width]}; 0 where neither codon is there. */
  private static Tensor pairs(Pass pass, MaskedCodons codons) {
    Mask mask = codons.mask();
    int count = (mask.codons() + 1) / 2;
    double[] shares = new double[mask.batch() * count];
    for (int i = 0; i < shares.length; i++) {
      int example = i / count;
      int codon = i % count * 2;
      boolean second = codon + 1 < mask.codons() && mask.has(example, codon + 1);
      shares[i] = mask.has(example, codon) && second ? 0.5 : 1;
    }
    Tensor even =
        torch.constant_pad_nd(codons.values(), new long[] {0, 0, 0, 2L * count - mask.codons()});
    return even.view(codons.batch(), count, 2, codons.width())
        .sum(2)
        .mul(Tensors.of(shares, pass.options(), mask.batch(), count, 1));
  }

  /** The vectors of the pairs before, 0 before an example's first. */
  private static Tensor shifted(Tensor pairs) {
    return torch.constant_pad_nd(pairs, new long[] {0, 0, 1, -1});
  }
}
