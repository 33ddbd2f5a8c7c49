package io.codonloom.job.train;

import static io.codonloom.fusion.Optimizer.Method.ADAM;

import io.codonloom.SparkSessions;
import io.codonloom.config.ClassWeights;
import io.codonloom.config.Training;
import io.codonloom.fusion.FusionSettings;
import io.codonloom.fusion.NetworkShape;
import java.nio.file.Path;

/** A training, in a JVM of its own, whose products are large enough for several native threads. */
final class WideTraining {
  private WideTraining() {}

  static Training training(String run, int epochs) {
    return new Training(
        run,
        "random",
        5,
        16,
        2,
        2,
        epochs,
        epochs,
        epochs,
        0.5,
        ADAM,
        1e-4,
        1e-5,
        false,
        20,
        ClassWeights.NONE);
  }

  static FusionSettings network() {
    return new NetworkShape()
        .width(128)
        .gateUnits(16)
        .entropyWeight(0.01)
        .textCnn(64, 3, 4, 5)
        .dropout(0.1)
        .build();
  }

  /** Arguments: the options of an executor's JVM, the workspace's folder, the run, the epochs. */
  public static void main(String[] arguments) {
    new TrainFixture(SparkSessions.local(), Path.of(arguments[1]), 0)
        .job(training(arguments[2], Integer.parseInt(arguments[3])), network())
        .run();
  }
}
