package io.codonloom.fusion.torch;

import java.util.Comparator;
import java.util.List;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The convolutions of a TextCNN with their global maxima, from {@code [batch, codons, width]} to
 * {@code [batch, kernels × channels]}, the longest kernel's channels first: relu(max over windows t
 * of b_c + Σ_j W_{j,c}·x_{t+j}).
 *
 * <p>Only the largest window of an example and channel has a gradient. So all windows are computed
 * without one, and then the largest ones once more, gathered, in one product whose gradients are
 * those of the whole. That leaves out an ordinary convolution's backward pass, which is twice its
 * forward pass.
 */
final class WindowMaxima {
  private static final String LAYER = "convolutions";

  private final Pass pass;
  private final List<Integer> kernels;
  private final int channels;
  private final Tensor rows;
  private final Mask mask;
  private final int codons;

  private WindowMaxima(Pass pass, List<Integer> kernels, int channels, MaskedCodons input) {
    this.pass = pass;
    this.kernels = kernels.stream().sorted(Comparator.reverseOrder()).toList();
    this.channels = channels;
    this.mask = input.mask();
    this.codons = Math.max(mask.codons(), this.kernels.get(0));
    int missing = codons - mask.codons();
    Tensor values =
        missing == 0
            ? input.values()
            : torch.constant_pad_nd(input.values(), new long[] {0, 0, 0, missing});
    this.rows = values.reshape(input.batch() * codons, input.width());
  }

  static Tensor of(Pass pass, List<Integer> kernels, int channels, MaskedCodons input) {
    WindowMaxima maxima = new WindowMaxima(pass, kernels, channels, input);
    Tensor bias = pass.parameters().get(LAYER, "b");
    return torch.relu(torch.cat(maxima.all(), 1).add(bias));
  }

  /** The largest window of each example and channel, {@code [batch, channels]} for each kernel. */
  private TensorVector all() {
    TensorVector found = Scopes.withoutGradient(this::largest);
    if (!pass.training()) {
      return found;
    }
    TensorVector maxima = new TensorVector();
    for (int k = 0; k < kernels.size(); k++) {
      maxima.push_back(product(k, found.get(k)));
    }
    return maxima;
  }

  /** For each kernel where the largest windows start; their values where nothing is trained. */
  private TensorVector largest() {
    Tensor windows = windows().view(mask.batch(), codons, (long) kernels.size() * channels);
    TensorVector largest = new TensorVector();
    for (int k = 0; k < kernels.size(); k++) {
      T_TensorTensor_T found = torch.max(inside(windows, k), 1);
      largest.push_back(pass.training() ? found.get1() : found.get0());
    }
    return largest;
  }

  /**
   * Σ_j W_j·x_{r+j} for every row r of the batch laid end to end. Windows that reach into the next
   * example are computed too and never looked at.
   */
  private Tensor windows() {
    Tensor windows = rows.mm(tap(0).t());
    for (int j = 1; j < kernels.get(0); j++) {
      Tensor tap = tap(j);
      long left = rows.size(0) - j;
      windows.narrow(0, 0, left).narrow(1, 0, tap.size(0)).addmm_(rows.narrow(0, j, left), tap.t());
    }
    return windows;
  }

  /** The windows of one kernel within each example; −∞ at those that are not. */
  private Tensor inside(Tensor windows, int k) {
    int count = codons - kernels.get(k) + 1;
    return windows
        .narrow(2, (long) k * channels, channels)
        .narrow(1, 0, count)
        .add(mask.windows(kernels.get(k), count, pass.options()));
  }

  /**
   * One kernel's product over the windows that start at these codons, {@code [batch, channels]}.
   */
  private Tensor product(int k, Tensor starts) {
    int kernel = kernels.get(k);
    long[] offsets = new long[mask.batch() * kernel];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = (long) (i / kernel) * codons + i % kernel;
    }
    Tensor indices =
        starts.t().unsqueeze(2).add(Tensors.of(offsets, pass.options(), 1, mask.batch(), kernel));
    TensorVector taps = new TensorVector();
    for (int j = 0; j < kernel; j++) {
      taps.push_back(tap(j).narrow(0, (long) k * channels, channels));
    }
    long length = kernel * rows.size(1);
    // An embedding and not an index, as its gradient is added up in one order on a GPU too.
    Tensor gathered = torch.embedding(rows, indices).view(channels, mask.batch(), length);
    Tensor weights = torch.stack(taps, 1).view(channels, length, 1);
    return torch.bmm(gathered, weights).squeeze(2).t();
  }

  private Tensor tap(int index) {
    return pass.parameters().get(LAYER, "tap" + index);
  }
}
