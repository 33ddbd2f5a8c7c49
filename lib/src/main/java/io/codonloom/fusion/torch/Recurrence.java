package io.codonloom.fusion.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * A recurrent layer in Deeplearning4j's layout: the columns of W, RW and b are candidate, forget,
 * output and input gate. {@code [batch, codons, width]} to {@code [batch, codons, units]}.
 */
record Recurrence(int units) {
  private static final String LAYER = "lstm";

  /** As in Deeplearning4j without regard to the mask: padding comes last and changes nothing. */
  MaskedCodons of(Pass pass, MaskedCodons input) {
    Parameters parameters = pass.parameters();
    Tensor none = torch.zeros(new long[] {1, input.batch(), units}, pass.options());
    Tensor bias = reordered(parameters.get(LAYER, "b").view(1, 4L * units)).view(4L * units);
    TensorVector weights =
        new TensorVector(
            reordered(parameters.get(LAYER, "W")).t().contiguous(),
            reordered(parameters.get(LAYER, "RW")).t().contiguous(),
            bias,
            torch.zeros_like(bias));
    Tensor output =
        torch
            .lstm(
                input.values(),
                new TensorVector(none, none),
                weights,
                true,
                1,
                0,
                pass.training(),
                false,
                true)
            .get0();
    return new MaskedCodons(output, input.mask());
  }

  /** Into libtorch's order: input, forget, candidate, output. */
  private Tensor reordered(Tensor gates) {
    return torch.cat(
        new TensorVector(gate(gates, 3), gate(gates, 1), gate(gates, 0), gate(gates, 2)), 1);
  }

  private Tensor gate(Tensor gates, int index) {
    return gates.narrow(1, (long) index * units, units);
  }
}
