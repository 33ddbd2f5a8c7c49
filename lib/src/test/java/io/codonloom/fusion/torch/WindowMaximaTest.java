package io.codonloom.fusion.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.device.Device;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Beside libtorch's own convolution, which has gradients for every window. */
class WindowMaximaTest {
  private static final int WIDTH = 7;
  private static final int CHANNELS = 6;
  private static final List<Integer> KERNELS = List.of(3, 4, 5);

  private final TensorOptions options = Tensors.options(Device.CPU, ScalarType.Double);
  private Parameters parameters;

  @BeforeEach
  void drawParameters() {
    List<ParameterLayout.Entry> entries = new ArrayList<>();
    long next = 0;
    for (int tap = 0; tap < 5; tap++) {
      int used = tap;
      long columns = CHANNELS * KERNELS.stream().filter(kernel -> kernel > used).count();
      entries.add(
          new ParameterLayout.Entry(
              "convolutions.tap" + tap, List.of(columns, (long) WIDTH), next, false, true));
      next += columns * WIDTH;
    }
    entries.add(
        new ParameterLayout.Entry("convolutions.b", List.of(3L * CHANNELS), next, false, false));
    parameters = new Parameters(new ParameterLayout(entries), options);
    torch.manual_seed(3);
    parameters.values().copy_(torch.randn(new long[] {next + 3L * CHANNELS}, options));
  }

  @AfterEach
  void free() {
    parameters.close();
  }

  @ParameterizedTest
  @CsvSource({"4, 5", "3, 40", "1, 300"})
  void valuesAndGradientsAreThoseOfAnOrdinaryConvolution(int batch, int codons) {
    Tensor codonsOnly = torch.randn(new long[] {batch, codons, WIDTH}, options);
    Tensor weights = torch.randn(new long[] {batch, 3L * CHANNELS}, options);
    float[] flags = new float[batch * codons];
    Arrays.fill(flags, 1);
    Mask mask = new Mask(flags, batch, codons);

    Tensor own = codonsOnly.clone().requires_grad_(true);
    Pass pass = new Pass(parameters, options, new long[batch], true);
    Tensor maxima = WindowMaxima.of(pass, KERNELS, CHANNELS, new MaskedCodons(own, mask));
    maxima.mul(weights).sum().backward();
    Tensor gradient = parameters.gradient();
    parameters.forgetGradients();

    Tensor other = codonsOnly.clone().requires_grad_(true);
    Tensor expected = ordinary(other);
    expected.mul(weights).sum().backward();

    assertThat(furthest(maxima, expected)).isLessThan(1e-12);
    assertThat(furthest(gradient, parameters.gradient())).isLessThan(1e-10);
    assertThat(furthest(own.grad(), other.grad())).isLessThan(1e-10);
    Tensor evaluated =
        WindowMaxima.of(
            new Pass(parameters, options, new long[batch], false),
            KERNELS,
            CHANNELS,
            new MaskedCodons(codonsOnly, mask));
    assertThat(furthest(evaluated, expected)).isLessThan(1e-12);
  }

  /** The longest kernel's channels first. */
  private Tensor ordinary(Tensor codons) {
    TensorVector all = new TensorVector();
    for (int k = 0; k < 3; k++) {
      TensorVector taps = new TensorVector();
      for (int j = 0; j < 5 - k; j++) {
        taps.push_back(
            parameters.get("convolutions", "tap" + j).narrow(0, (long) k * CHANNELS, CHANNELS));
      }
      Tensor windows =
          torch.conv1d(
              codons.transpose(1, 2),
              torch.stack(taps, 2),
              new TensorOptional(
                  parameters.get("convolutions", "b").narrow(0, (long) k * CHANNELS, CHANNELS)),
              new long[] {1},
              new long[] {0},
              new long[] {1},
              1);
      all.push_back(torch.max(windows, 2).get0());
    }
    return torch.relu(torch.cat(all, 1));
  }

  private static double furthest(Tensor one, Tensor other) {
    return one.sub(other).abs().max().item_double();
  }
}
