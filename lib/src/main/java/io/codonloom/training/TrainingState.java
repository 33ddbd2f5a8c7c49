package io.codonloom.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.codonloom.UserException;
import io.codonloom.tensor.SafetensorsFile;
import io.codonloom.tensor.SafetensorsWriter;
import io.codonloom.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A training after an epoch: all that it needs to go on as if it had never stopped. Learning rate
 * and early stopping are not part of it, since they follow from the history; neither is shuffling,
 * which follows from seed and epoch. Written as one safetensors file with {@link Facts} as JSON in
 * its metadata.
 *
 * @param parameters after the last epoch of the history, in the network's own order
 * @param updater the optimizer's state then; empty where it has none
 * @param best the parameters after the epoch with the lowest validation loss
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record TrainingState(Facts facts, float[] parameters, float[] updater, float[] best) {
  private static final String KEY = "codonloom-training";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What is no tensor.
   *
   * @param fingerprint of everything that the training depends on, to know its state by
   * @param workers that the training was started with
   * @param iterations that each worker has made
   * @param history the epochs so far
   */
  public record Facts(String fingerprint, int workers, int iterations, List<Epoch> history) {}

  /** The state of a network that has just finished the last epoch of the history. */
  public static TrainingState of(
      ComputationGraph network,
      INDArray best,
      String fingerprint,
      int workers,
      List<Epoch> history) {
    INDArray updater = network.getUpdater().getStateViewArray();
    return new TrainingState(
        new Facts(
            fingerprint,
            workers,
            network.getConfiguration().getIterationCount(),
            List.copyOf(history)),
        network.params().dup().data().asFloat(),
        updater == null ? new float[0] : updater.dup().data().asFloat(),
        best.dup().data().asFloat());
  }

  /** Gives a new network of the same configuration this state's parameters and optimizer. */
  public void restore(ComputationGraph network) {
    network.setParams(row(parameters));
    if (updater.length > 0) {
      network.getUpdater().setStateViewArray(row(updater));
    }
    network.getConfiguration().setIterationCount(facts.iterations());
  }

  /** The best epoch's parameters as the network takes them. */
  public INDArray bestParameters() {
    return row(best);
  }

  private static INDArray row(float[] values) {
    return Nd4j.createFromArray(values).reshape(1, values.length);
  }

  /** Writes the file. */
  public void write(OutputStream out) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("parameters", Tensor.of(parameters, parameters.length));
    tensors.put("updater", Tensor.of(updater, updater.length));
    tensors.put("best", Tensor.of(best, best.length));
    SafetensorsWriter.write(out, tensors, Map.of(KEY, JSON.writeValueAsString(facts)));
  }

  /**
   * Reads the file.
   *
   * @throws UserException if it is none of ours
   */
  public static TrainingState read(Path path) {
    SafetensorsFile file = SafetensorsFile.open(path);
    String json = file.metadata().get(KEY);
    if (json == null) {
      throw new UserException(
          "%s is no state of a training: its metadata has no '%s'".formatted(path, KEY));
    }
    try {
      return new TrainingState(
          JSON.readValue(json, Facts.class),
          file.tensor("parameters").toFloats(),
          file.tensor("updater").toFloats(),
          file.tensor("best").toFloats());
    } catch (JsonProcessingException e) {
      throw new UserException(
          "%s: its description cannot be read: %s".formatted(path, e.getOriginalMessage()), e);
    }
  }
}
