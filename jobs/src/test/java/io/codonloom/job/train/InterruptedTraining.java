package io.codonloom.job.train;

import static io.codonloom.config.ClassWeights.NONE;
import static io.codonloom.fusion.Optimizer.Method.ADAM;

import io.codonloom.SparkSessions;
import io.codonloom.config.Training;
import java.nio.file.Path;

/** A training in a JVM of its own, to be killed. */
final class InterruptedTraining {
  private InterruptedTraining() {}

  /** Few epochs, in which the learning rate falls and training stops early. */
  static Training training(String run) {
    return new Training(
        run, "random", 5, 8, 2, 3, 14, 3, 1, 0.5, ADAM, 0.02, 1e-5, false, 20, NONE);
  }

  /** Arguments: the options of an executor's JVM, the workspace's folder, the run. */
  public static void main(String[] arguments) {
    new TrainFixture(SparkSessions.local(), Path.of(arguments[1]), 0)
        .job(training(arguments[2]))
        .run();
  }
}
