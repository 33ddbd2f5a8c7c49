package io.codonloom.fusion.torch;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * One batch on its way through a network: what every layer needs, and the layers that all parts
 * share.
 *
 * @param draws each row's number for the dropout
 * @param training whether anything is dropped and gradients follow
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Pass(Parameters parameters, TensorOptions options, long[] draws, boolean training) {
  private static final double EPSILON = 1e-5;

  /** E·W + b at every codon; W·E alone where there is no such b. */
  MaskedCodons linear(String layer, MaskedCodons input) {
    return masked(product(layer, input), input.mask());
  }

  /** tanh(E·W + b) at every codon. */
  MaskedCodons tanh(String layer, MaskedCodons input) {
    return masked(torch.tanh(product(layer, input)), input.mask());
  }

  /** max(0, E·W + b) at every codon. */
  MaskedCodons relu(String layer, MaskedCodons input) {
    return masked(torch.relu(product(layer, input)), input.mask());
  }

  /** E·W at every codon. */
  MaskedCodons unbiased(String layer, MaskedCodons input) {
    Tensor product = input.rows().mm(parameters.get(layer, "W"));
    return masked(product.view(input.batch(), input.codons(), product.size(1)), input.mask());
  }

  private Tensor product(String layer, MaskedCodons input) {
    Tensor rows = linear(layer, input.rows());
    return rows.view(input.batch(), input.codons(), rows.size(1));
  }

  /** X·W + b of vectors {@code [n, inputs]}. */
  Tensor linear(String layer, Tensor vectors) {
    return torch.addmm(parameters.get(layer, "b"), vectors, parameters.get(layer, "W"));
  }

  MaskedCodons layerNorm(String layer, MaskedCodons input) {
    return masked(
        torch.layer_norm(
            input.values(),
            new long[] {input.width()},
            new TensorOptional(parameters.get(layer, "gamma")),
            new TensorOptional(parameters.get(layer, "beta")),
            EPSILON,
            true),
        input.mask());
  }

  /** What is outside the mask becomes 0. */
  MaskedCodons masked(Tensor values, Mask mask) {
    return new MaskedCodons(mask.isFull() ? values : values.mul(mask.column(options)), mask);
  }

  /** The mean over the codons inside the mask, {@code [batch, width]}. */
  Tensor mean(MaskedCodons codons) {
    return torch.bmm(codons.mask().shares(options), codons.values()).squeeze(1);
  }

  /** Features side by side. */
  MaskedCodons sideBySide(Iterable<MaskedCodons> parts) {
    TensorVector values = new TensorVector();
    List<Mask> masks = new ArrayList<>();
    for (MaskedCodons part : parts) {
      values.push_back(part.values());
      masks.add(part.mask());
    }
    return new MaskedCodons(torch.cat(values, 2), Mask.union(masks));
  }
}
