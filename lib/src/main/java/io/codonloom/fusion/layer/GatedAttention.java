package io.codonloom.fusion.layer;

import io.codonloom.fusion.FusionSettings;
import io.codonloom.fusion.kernel.Matrices;
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
 * learning). From the modalities' vectors side by side, {@code [batch, modalities × width]} or
 * {@code [batch, codons, modalities × width]}, to {@code [batch, modalities]} or {@code [batch,
 * codons, modalities]}. V and U may be shared by the modalities. A τ outside its clamp gets no
 * gradient.
 */
public final class GatedAttention extends NativeLayer {
  private final List<String> modalities;
  private final FusionSettings.Gates gates;

  public GatedAttention(List<String> modalities, int width, FusionSettings.Gates gates) {
    super((long) modalities.size() * width, modalities.size());
    this.modalities = modalities;
    this.gates = gates;
  }

  @Override
  public List<Parameter> parameters() {
    long width = getNIn() / modalities.size();
    List<Parameter> parameters = new ArrayList<>();
    for (String owner : gates.shared() ? List.of("") : modalities) {
      parameters.add(Parameter.weight(gate("V", owner), width, gates.units()));
      parameters.add(Parameter.weight(gate("U", owner), width, gates.units()));
    }
    parameters.add(Parameter.weight("w", gates.units(), 1));
    parameters.add(Parameter.constant("temperature", 1, 1));
    return List.copyOf(parameters);
  }

  /** The name of a modality's gate. */
  private String gate(String name, String modality) {
    return gates.shared() ? name : name + "-" + modality;
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
      long[] shape = input.shape().clone();
      shape[shape.length - 1] = layerConf().modalities.size();
      INDArray weights = newActivations(workspaces, shape);
      INDArray rows = rows(weights);
      rows.assign(softmax(scores(gates())));
      return weights;
    }

    @Override
    INDArray backward(INDArray epsilon, LayerWorkspaceMgr workspaces) {
      // Gates are much narrower than what they read: computing them again beats keeping them.
      List<Gate> gates = gates();
      INDArray scores = scores(gates);
      INDArray alpha = softmax(scores);
      INDArray weighted = rows(epsilon).mul(alpha);
      INDArray deltas = weighted.subi(alpha.mulColumnVector(weighted.sum(true, 1)));

      double raw = parameter("temperature").getDouble(0);
      double temperature = temperature();
      double slope = raw == temperature ? -1 / (temperature * temperature) : 0;
      double change = deltas.mul(scores).sumNumber().doubleValue() * slope;
      deltas.divi(temperature);

      gradientViews.values().forEach(gradient -> gradient.assign(0));
      gradientOf("temperature").assign(change);
      INDArray gradient = newEpsilon(workspaces, input.shape());
      for (int m = 0; m < gates.size(); m++) {
        INDArray delta = Matrices.columnRange(deltas, m, m + 1);
        backward(m, gates.get(m), delta, columns(rows(gradient), m));
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

      INDArray vectors = columns(rows(input), modality);
      Matrices.addTransposedFirst(vectors, valueDelta, gradientOf(name("V", modality)));
      Matrices.addTransposedFirst(vectors, openDelta, gradientOf(name("U", modality)));
      Matrices.multiplyTransposedSecond(valueDelta, parameter(name("V", modality)), gradient);
      Matrices.addTransposedSecond(openDelta, parameter(name("U", modality)), gradient);
    }

    private List<Gate> gates() {
      List<Gate> gates = new ArrayList<>();
      for (int m = 0; m < layerConf().modalities.size(); m++) {
        INDArray vectors = columns(rows(input), m);
        gates.add(
            new Gate(
                Transforms.tanh(vectors.mmul(parameter(name("V", m))), false),
                Transforms.sigmoid(vectors.mmul(parameter(name("U", m))), false)));
      }
      return gates;
    }

    private String name(String gate, int modality) {
      return layerConf().gate(gate, layerConf().modalities.get(modality));
    }

    private static INDArray rows(INDArray array) {
      return array.rank() == 3 ? Matrices.rows(array) : Matrices.rowMajor(array);
    }

    /** s of every vector and modality, before the temperature. */
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
      FusionSettings.Gates gates = layerConf().gates;
      return Math.max(gates.temperatureMin(), Math.min(gates.temperatureMax(), raw));
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

  /** tanh(V h) and σ(U h), {@code [vectors, units]} each. */
  private record Gate(INDArray value, INDArray open) {}
}
