package io.codonloom.fusion.torch;

import io.codonloom.device.Device;
import io.codonloom.fusion.FusionSettings;
import io.codonloom.fusion.Optimizer;
import io.codonloom.fusion.Target;
import io.codonloom.sequence.Modality;
import java.util.List;
import java.util.SortedMap;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Training steps of a fusion network in libtorch, in single precision. Parameters and Adam's
 * moments stay on the device from step to step; both go in and out in Deeplearning4j's own order,
 * so that a training can go on in either engine. For use by one thread.
 */
public final class TorchTraining implements AutoCloseable {
  private final List<Modality> modalities;
  private final TorchNetwork network;
  private final Adam adam;
  private double learningRate;
  private int steps;

  /**
   * A network whose parameters and moments are 0.
   *
   * @param dims features per codon of each modality
   * @param layout of the same network in Deeplearning4j
   */
  public TorchTraining(
      FusionSettings settings,
      SortedMap<Modality, Integer> dims,
      Target target,
      Optimizer optimizer,
      ParameterLayout layout,
      Device device) {
    settings.requireFit(dims.keySet());
    this.modalities = List.copyOf(dims.keySet());
    TensorOptions options = Tensors.options(device, ScalarType.Float);
    this.network = new TorchNetwork(settings, target, layout, options);
    this.adam = new Adam(optimizer, network.parameters(), options);
    this.learningRate = optimizer.learningRate();
  }

  /**
   * Puts parameters and moments in the place of those that are there.
   *
   * @param parameters {@code n} numbers in Deeplearning4j's order
   * @param moments {@code 2n}: all first ones, then all second ones
   * @param stepsMade how many steps the moments come from
   */
  public void restore(float[] parameters, float[] moments, int stepsMade) {
    copy(parameters, network.parameters().values());
    copy(moments, adam.moments());
    steps = stepsMade;
  }

  public void setLearningRate(double rate) {
    learningRate = rate;
  }

  /**
   * What a step came to.
   *
   * @param loss the mean over the batch before the step, dropout on, without entropy term and
   *     weight decay
   * @param finite whether the parameters after it are numbers
   */
  public record Step(double loss, boolean finite) {}

  /**
   * One step on a batch as {@code FusionNetwork} reads it.
   *
   * @param data not read any more afterwards
   */
  public Step step(MultiDataSet data) {
    return Scopes.freeing(() -> stepOn(TorchBatch.of(data, modalities, network.options())));
  }

  private Step stepOn(TorchBatch batch) {
    Parameters parameters = network.parameters();
    TorchNetwork.Loss loss = network.loss(network.output(batch, true), batch.labels());
    loss.total().backward();
    // The flat tensors have no gradient, so that nothing is recorded.
    adam.step(parameters.gradient(), learningRate, ++steps);
    parameters.forgetGradients();
    // Waits for the device, at the end of all that was asked of it.
    double value = loss.task().item_float();
    return new Step(value, Float.isFinite(parameters.values().sum().item_float()));
  }

  /** All parameters in Deeplearning4j's order. */
  public float[] parameters() {
    return numbers(network.parameters().values());
  }

  /** Adam's moments in Deeplearning4j's order: all first ones, then all second ones. */
  public float[] moments() {
    return numbers(adam.moments());
  }

  private static void copy(float[] values, Tensor target) {
    if (values.length != target.numel()) {
      throw new IllegalArgumentException(
          "%d numbers do not fit %d".formatted(values.length, target.numel()));
    }
    Scopes.freeing(() -> target.copy_(torch.from_blob(new FloatPointer(values), values.length)));
  }

  private static float[] numbers(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.numel())];
    Scopes.freeing(() -> tensor.cpu().data_ptr_float().get(values));
    return values;
  }

  @Override
  public void close() {
    adam.close();
    network.close();
  }
}
