package io.codonloom.fusion.layer;

import io.codonloom.fusion.kernel.CodonMask;
import io.codonloom.fusion.kernel.Matrices;
import io.codonloom.fusion.kernel.Maxima;
import io.codonloom.fusion.kernel.Vectors;
import io.codonloom.fusion.kernel.WindowGradient;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The convolutions of a TextCNN with their global maxima: for every kernel length k and channel c
 * relu(max over windows t of b_c + Σ_j W_{j,c}·x_{t+j}), from {@code [batch, codons, width]} to
 * {@code [batch, kernels × channels]}, the longest kernel's channels first. Windows lie within an
 * example's codons; an example shorter than k has exactly one window, filled with zeros. Codons
 * outside the mask must be 0.
 *
 * <p>Tap j of all kernels longer than j is one matrix product over rows shifted by j; their columns
 * are the first ones because the longest kernel comes first. Only one window of each example and
 * channel gets a gradient, so that the backward pass needs no matrix product at all.
 */
public final class WindowMaxima extends NativeLayer {
  private final List<Integer> kernels;
  private final int channels;

  public WindowMaxima(int width, int channels, List<Integer> kernels) {
    super(width, (long) channels * kernels.size());
    this.kernels = kernels.stream().sorted(Comparator.reverseOrder()).toList();
    this.channels = channels;
  }

  /**
   * {@code tap0}, {@code tap1}, …: [channels of the kernels longer than j, width], and {@code b}.
   */
  @Override
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    // Of the mean kernel, so that all windows start on one scale.
    long fans = (getNIn() + channels) * kernels.stream().mapToInt(k -> k).sum() / kernels.size();
    for (int tap = 0; tap < kernels.get(0); tap++) {
      parameters.add(Parameter.weight(tapName(tap), columns(tap), getNIn(), fans));
    }
    parameters.add(Parameter.constant("b", getNOut(), 0));
    return List.copyOf(parameters);
  }

  static String tapName(int tap) {
    return "tap" + tap;
  }

  /** How many output columns read that tap. */
  private int columns(int tap) {
    return channels * (int) kernels.stream().filter(kernel -> kernel > tap).count();
  }

  @Override
  NativeLayerImplementation<?> newLayer(NeuralNetConfiguration configuration, DataType type) {
    return new Implementation(configuration, type);
  }

  private static final class Implementation extends NativeLayerImplementation<WindowMaxima> {
    private Maxima maxima;

    Implementation(NeuralNetConfiguration configuration, DataType type) {
      super(configuration, type);
    }

    @Override
    INDArray forward(boolean training, LayerWorkspaceMgr workspaces) {
      List<Integer> kernels = layerConf().kernels;
      INDArray codons = atLeast(kernels.get(0));
      int[] lengths = CodonMask.lengths(maskArray, input.size(0), input.size(1));
      maxima = Maxima.of(windows(codons), codons.size(1), lengths, kernels, layerConf().channels);
      INDArray features = newActivations(workspaces, input.size(0), layerConf().getNOut());
      maxima.values().copyTo(features);
      features.addiRowVector(parameter("b"));
      return Transforms.relu(features, false);
    }

    /** The input, lengthened with zeros where even its longest example is shorter than a kernel. */
    private INDArray atLeast(long codons) {
      if (input.size(1) >= codons) {
        return input;
      }
      INDArray longer =
          Nd4j.create(dataType, new long[] {input.size(0), codons, input.size(2)}, 'c');
      for (long i = 0; i < input.size(0); i++) {
        Matrices.rowRange(Matrices.example(longer, i), 0, input.size(1))
            .assign(Matrices.example(input, i));
      }
      return longer;
    }

    /**
     * Σ_j W_j·x_{r+j} for every row r of the batch laid end to end. Windows that reach into the
     * next example are computed too and never looked at.
     */
    private INDArray windows(INDArray codons) {
      INDArray rows = Matrices.rows(codons);
      INDArray windows =
          Nd4j.createUninitialized(dataType, new long[] {rows.size(0), layerConf().getNOut()}, 'c');
      Matrices.multiplyTransposedSecond(rows, parameter(tapName(0)), windows);
      for (int tap = 1; tap < layerConf().kernels.get(0); tap++) {
        INDArray target = Matrices.rowRange(windows, 0, rows.size(0) - tap);
        Matrices.addTransposedSecond(
            Matrices.rowRange(rows, tap, rows.size(0)),
            parameter(tapName(tap)),
            Matrices.columnRange(target, 0, layerConf().columns(tap)));
      }
      return windows;
    }

    @Override
    INDArray backward(INDArray epsilon, LayerWorkspaceMgr workspaces) {
      INDArray codons = atLeast(layerConf().kernels.get(0));
      Vectors deltas = Vectors.copyOf(epsilon);
      maxima.clearInactive(deltas, Vectors.copyOf(parameter("b")));

      WindowGradient gradient =
          new WindowGradient(maxima, deltas, layerConf().kernels, layerConf().channels);
      gradient.bias(gradientOf("b"));
      INDArray rows = Matrices.rows(codons);
      Vectors values = Vectors.copyOf(rows);
      Vectors next = Vectors.zeros(dataType, rows.length());
      for (int tap = 0; tap < layerConf().kernels.get(0); tap++) {
        gradient.weights(tap, values, rows.size(1), gradientOf(tapName(tap)));
        gradient.codons(tap, parameter(tapName(tap)), next);
      }
      INDArray all = newEpsilon(workspaces, codons.shape());
      next.copyTo(all);
      if (codons.size(1) == input.size(1)) {
        return all;
      }
      INDArray cut = newEpsilon(workspaces, input.shape());
      for (long i = 0; i < input.size(0); i++) {
        Matrices.example(cut, i)
            .assign(Matrices.rowRange(Matrices.example(all, i), 0, input.size(1)));
      }
      return cut;
    }

    @Override
    public void clear() {
      super.clear();
      maxima = null;
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArray(
        INDArray mask, MaskState state, int batch) {
      setMaskArray(mask);
      return new Pair<>(null, state);
    }
  }
}
