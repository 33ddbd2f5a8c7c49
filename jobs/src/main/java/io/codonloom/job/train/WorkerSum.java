package io.codonloom.job.train;

import java.io.Serializable;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingResult;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The sum over some workers.
 *
 * @param parameters of their networks
 * @param updater the optimizers' state; null where it has none
 * @param workers how many
 */
record WorkerSum(INDArray parameters, INDArray updater, int workers) implements Serializable {

  static WorkerSum of(ParameterAveragingTrainingResult result) {
    return new WorkerSum(result.getParameters(), result.getUpdaterState(), 1);
  }

  /** Adds the other sum, whose arrays are freed. */
  WorkerSum add(WorkerSum other) {
    parameters.addi(other.parameters);
    if (updater != null) {
      updater.addi(other.updater);
    }
    other.close();
    return new WorkerSum(parameters, updater, workers + other.workers);
  }

  /** Turns the sum into the mean. */
  void average() {
    parameters.divi(workers);
    if (updater != null) {
      updater.divi(workers);
    }
  }

  /** Frees the native memory at once: the garbage collector sees only small objects. */
  void close() {
    parameters.close();
    if (updater != null) {
      updater.close();
    }
  }
}
