package io.codonloom.fusion.torch;

import io.codonloom.fusion.DnaAlignment;
import io.codonloom.fusion.FusionNetwork;
import io.codonloom.fusion.FusionSettings;
import io.codonloom.fusion.Target;
import io.codonloom.sequence.Modality;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/** The network of some settings in libtorch, with parameters of its own. */
final class TorchNetwork implements AutoCloseable {
  /** Keeps the logarithm of a weight that has vanished finite. */
  private static final double TINY = 1e-12;

  private final FusionSettings settings;
  private final Target target;
  private final Parameters parameters;
  private final TensorOptions options;

  /**
   * What a network says of a batch.
   *
   * @param scores {@code [batch, outputs]}: the number, or the classes' scores before the softmax
   * @param attention the modalities' weights {@code [batch, modalities]}, where it tells them
   */
  record Output(Tensor scores, Optional<Tensor> attention) {}

  /**
   * What is minimized, each part the mean over the batch.
   *
   * @param task the squared error, or the cross-entropy
   * @param total with the entropy term
   */
  record Loss(Tensor task, Tensor total) {}

  TorchNetwork(
      FusionSettings settings, Target target, ParameterLayout layout, TensorOptions options) {
    this.settings = settings;
    this.target = target;
    this.options = options;
    this.parameters = new Parameters(layout, options);
  }

  Parameters parameters() {
    return parameters;
  }

  TensorOptions options() {
    return options;
  }

  /**
   * Computes a batch; inside a PointerScope, which owns all that comes of it.
   *
   * @param training whether anything is dropped and gradients follow
   */
  Output output(TorchBatch batch, boolean training) {
    Pass pass = new Pass(parameters, options, batch.draws(), training);
    Map<String, MaskedCodons> modalities = new LinkedHashMap<>(batch.modalities());
    if (settings.dnaAlignment() == DnaAlignment.TRANSPOSED_CONVOLUTION) {
      modalities.computeIfPresent(
          Modality.DNA.id(), (id, dna) -> Upsampling.of(pass, "upsampling-" + id, dna));
    }
    Fused fused = new Fusions(settings, pass, modalities).fuse();
    Tensor features = new Heads(settings, pass).features(fused.codons());
    Tensor kept = new RowDropout(settings.dropout()).of(pass, features);
    return new Output(pass.linear(FusionNetwork.LABEL, kept), fused.attention());
  }

  /** The number of each row, or the probabilities of its classes. */
  Tensor prediction(Output output) {
    return target.regression() ? output.scores() : torch.softmax(output.scores(), 1);
  }

  Loss loss(Output output, Tensor labels) {
    Tensor task = target.regression() ? squared(output, labels) : crossEntropy(output, labels);
    if (output.attention().isEmpty()) {
      return new Loss(task, task);
    }
    Tensor weights = output.attention().get();
    Tensor terms = weights.mul(weights.clamp_min(Tensors.scalar(TINY)).log());
    double factor = -settings.mil().entropyWeight() / weights.size(0);
    return new Loss(task, torch.add(task, terms.sum(), Tensors.scalar(factor)));
  }

  private static Tensor squared(Output output, Tensor labels) {
    return torch.mse_loss(output.scores(), labels);
  }

  /** Each class's part times its weight, divided by the number of rows. */
  private Tensor crossEntropy(Output output, Tensor labels) {
    Tensor terms = torch.log_softmax(output.scores(), 1).mul(labels);
    if (!target.classWeights().isEmpty()) {
      double[] weights = target.classWeights().stream().mapToDouble(Double::doubleValue).toArray();
      terms = terms.mul(Tensors.of(weights, options, weights.length));
    }
    return terms.sum().mul(Tensors.scalar(-1.0 / labels.size(0)));
  }

  @Override
  public void close() {
    parameters.close();
  }
}
