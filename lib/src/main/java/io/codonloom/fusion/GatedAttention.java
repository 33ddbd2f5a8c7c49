package io.codonloom.fusion;

import java.util.ArrayList;
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
 * One weight for each modality: s_m = wᵀ(tanh(V_m h_m) ⊙ σ(U_m h_m)), α = softmax(s / τ) with τ
 * learned and clamped (BioLangFusion, section 2.3, after gated attention in multiple instance
 * learning). From the modalities' means side by side, {@code [batch, modalities × width]}, to
 * {@code [batch, modalities]}. A τ outside its clamp gets no gradient.
 */
final class GatedAttention extends NativeLayer {
  private final List<String> modalities;
  private final int units;
  private final double temperatureMin;
  private final double temperatureMax;

  GatedAttention(
      List<String> modalities, int width, int units, double temperatureMin, double temperatureMax) {
    super((long) modalities.size() * width, modalities.size());
    this.modalities = modalities;
    this.units = units;
    this.temperatureMin = temperatureMin;
    this.temperatureMax = temperatureMax;
  }

  @Override
  List<Parameter> parameters() {
    long width = getNIn() / modalities.size();
    List<Parameter> parameters = new ArrayList<>();
    for (String modality : modalities) {
      parameters.add(Parameter.weight("V-" + modality, width, units));
      parameters.add(Parameter.weight("U-" + modality, width, units));
    }
    parameters.add(Parameter.weight("w", units, 1));
    parameters.add(Parameter.constant("temperature", 1, 1));
    return List.copyOf(parameters);
  }

  @Override
  NativeLayerImplementation<?> newLayer(NeuralNetConfiguration configuration, DataType type) {
    return new Implementation(configuration, type);
  }

  private static final class Implementation extends NativeLayerImplementation<GatedAttention> {
    Implementation(NeuralNetConfiguration configuration, DataType type) {
      super(configuration, type);
    }

    @Override
    INDArray forward(boolean training, LayerWorkspaceMgr workspaces) {
      INDArray weights = newActivations(workspaces, input.size(0), layerConf().modalities.size());
      return weights.assign(softmax(scores(gates())));
    }

    @Override
    INDArray backward(INDArray epsilon, LayerWorkspaceMgr workspaces) {
      // The gates are small: computing them again is cheaper than keeping them.
      List<Gate> gates = gates();
      INDArray scores = scores(gates);
      INDArray alpha = softmax(scores);
      INDArray weighted = epsilon.mul(alpha);
      INDArray deltas = weighted.subi(alpha.mulColumnVector(weighted.sum(true, 1)));

      double raw = parameter("temperature").getDouble(0);
      double temperature = temperature();
      double slope = raw == temperature ? -1 / (temperature * temperature) : 0;
      gradientOf("temperature").assign(deltas.mul(scores).sumNumber().doubleValue() * slope);
      deltas.divi(temperature);

      gradientOf("w").assign(0);
      INDArray gradient = newEpsilon(workspaces, input.shape());
      for (int m = 0; m < gates.size(); m++) {
        INDArray delta = Matrices.columnRange(deltas, m, m + 1);
        backward(m, gates.get(m), delta, columns(gradient, m));
      }
      return gradient;
    }

    private void backward(int modality, Gate gate, INDArray delta, INDArray gradient) {
      INDArray value = gate.value();
      INDArray open = gate.open();
      gradientOf("w").addi(value.mul(open).transpose().mmul(delta));
      INDArray product = delta.mmul(parameter("w").transpose());
      INDArray valueDelta = product.mul(open).muli(value.mul(value).rsubi(1));
      INDArray openDelta = product.muli(value).muli(open).muli(open.rsub(1));

      String id = layerConf().modalities.get(modality);
      INDArray mean = columns(input, modality);
      Matrices.multiplyTransposedFirst(mean, valueDelta, gradientOf("V-" + id));
      Matrices.multiplyTransposedFirst(mean, openDelta, gradientOf("U-" + id));
      Matrices.multiplyTransposedSecond(valueDelta, parameter("V-" + id), gradient);
      Matrices.addTransposedSecond(openDelta, parameter("U-" + id), gradient);
    }

    private List<Gate> gates() {
      List<Gate> gates = new ArrayList<>();
      for (int m = 0; m < layerConf().modalities.size(); m++) {
        String id = layerConf().modalities.get(m);
        INDArray mean = columns(input, m);
        gates.add(
            new Gate(
                Transforms.tanh(mean.mmul(parameter("V-" + id)), false),
                Transforms.sigmoid(mean.mmul(parameter("U-" + id)), false)));
      }
      return gates;
    }

    /** s of every example and modality, before the temperature. */
    private INDArray scores(List<Gate> gates) {
      return Nd4j.concat(
          1,
          gates.stream()
              .map(gate -> gate.value().mul(gate.open()).mmul(parameter("w")))
              .toArray(INDArray[]::new));
    }

    private INDArray softmax(INDArray scores) {
      INDArray scaled = scores.div(temperature());
      scaled.subiColumnVector(scaled.max(true, 1));
      Transforms.exp(scaled, false);
      return scaled.diviColumnVector(scaled.sum(true, 1));
    }

    private double temperature() {
      double raw = parameter("temperature").getDouble(0);
      return Math.max(layerConf().temperatureMin, Math.min(layerConf().temperatureMax, raw));
    }

    private INDArray columns(INDArray sideBySide, int modality) {
      long width = layerConf().getNIn() / layerConf().modalities.size();
      return Matrices.columnRange(sideBySide, modality * width, (modality + 1) * width);
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArray(
        INDArray mask, MaskState state, int batch) {
      return new Pair<>(null, state);
    }
  }

  /** tanh(V h) and σ(U h), {@code [batch, units]} each. */
  private record Gate(INDArray value, INDArray open) {}
}
