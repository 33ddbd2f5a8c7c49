package io.codonloom.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import io.codonloom.ClusterJvm;
import io.codonloom.SparkSessions;
import io.codonloom.UserException;
import io.codonloom.model.ModelFile;
import io.codonloom.training.Epoch;
import io.codonloom.training.TrainingState;
import io.codonloom.workspace.FolderLock;
import io.codonloom.workspace.Manifest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResumeTest {
  @TempDir static Path folder;
  private static TrainFixture fixture;
  private static List<Epoch> undisturbed;

  @BeforeAll
  static void trainUndisturbed() throws IOException {
    fixture = new TrainFixture(SparkSessions.local(), folder, 60).write();
    fixture.job(InterruptedTraining.training("undisturbed")).run();
    undisturbed = history("undisturbed");
    assertThat(undisturbed).as("stopped early").hasSizeLessThan(14);
    assertThat(undisturbed.stream().map(Epoch::learningRate).distinct().count())
        .as("learning rates")
        .isGreaterThan(1);
  }

  @Test
  void aKilledTrainingEndsWithTheParametersOfAnUndisturbedOne() throws Exception {
    int fell = 0; // so many epochs were made at the first learning rate
    while (undisturbed.get(fell).learningRate() == undisturbed.get(0).learningRate()) {
      fell++;
    }
    killAfter("killed", fell, 0);
    List<Epoch> before = history("killed");
    assertThat(before).as("killed on the way").hasSizeLessThan(undisturbed.size());

    fixture.job(InterruptedTraining.training("killed")).run();

    assertEqualToUndisturbed("killed");
    assertThat(history("killed").get(0)).as("not trained again").isEqualTo(before.get(0));
    assertThat(folder.resolve("runs/killed/state.safetensors")).doesNotExist();
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void soDoesOneThatIsKilledAgainAndAgainAtAnyMoment(long seed) throws Exception {
    Random random = new Random(seed);
    String run = "killed-" + seed;
    killAfter(run, 0, random.nextInt(4000));
    killAfter(run, 1 + random.nextInt(2), random.nextInt(1000));
    killAfter(run, 3 + random.nextInt(3), random.nextInt(1000));
    fixture.job(InterruptedTraining.training(run)).run();
    assertEqualToUndisturbed(run);
  }

  @Test
  void aStateThatCannotBeReadIsRefused() throws IOException {
    Path state = Files.createDirectories(folder.resolve("runs/torn")).resolve("state.safetensors");
    Files.writeString(state, "torn");
    assertThatThrownBy(() -> fixture.job(InterruptedTraining.training("torn")).run())
        .isInstanceOf(UserException.class)
        .hasMessageContaining(state.toString());
  }

  @Test
  void aLossThatExplodesLaterLeavesTheBestModelOfTheEpochsBefore() throws Exception {
    killAfter("exploding", 1, 0);
    Path run = folder.resolve("runs/exploding");
    TrainingState state = TrainingState.read(run.resolve("state.safetensors"));
    float[] far = state.parameters().clone();
    for (int i = 0; i < far.length; i++) {
      far[i] *= 100;
    }
    try (OutputStream out = Files.newOutputStream(run.resolve("state.safetensors"))) {
      new TrainingState(state.facts(), far, state.updater(), state.best()).write(out);
    }
    Path kept = run.resolve("last-good.safetensors");

    assertThatThrownBy(() -> fixture.job(InterruptedTraining.training("exploding")).run())
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll(
            "exploding: the loss exploded to ",
            "in epoch " + (state.facts().history().size() + 1) + ", batch ",
            "the best model of the epochs before is kept as file:" + kept);

    assertThat(ModelFile.read(kept).network().params().toFloatVector())
        .containsExactly(state.best());
    assertThat(run.resolve("manifest.json")).doesNotExist();
  }

  @Test
  void oneJobAtATimeTrainsARun() throws IOException {
    Path run = folder.resolve("runs/busy");
    org.apache.hadoop.fs.Path name = new org.apache.hadoop.fs.Path(run.toUri());
    try (FolderLock other = FolderLock.take(new Configuration(), name)) {
      assertThatThrownBy(() -> fixture.job(InterruptedTraining.training("busy")).run())
          .isInstanceOf(UserException.class)
          .hasMessageContaining("another job writes into " + name)
          .hasMessageContaining("run this again when that one has ended");
      other.requireHeld();
    }
    assertThat(run.resolve("examples")).doesNotExist();
  }

  private static void assertEqualToUndisturbed(String run) throws IOException {
    assertThat(parameters(run)).containsExactly(parameters("undisturbed"));
    assertThat(history(run).stream().map(e -> List.of(e.trainLoss(), e.validationLoss())).toList())
        .isEqualTo(
            undisturbed.stream().map(e -> List.of(e.trainLoss(), e.validationLoss())).toList());
  }

  /** Starts the training in another JVM and kills it that long after that many epochs. */
  private static void killAfter(String run, int epochs, int milliseconds) throws Exception {
    Path home = Files.createTempDirectory(folder, "jvm");
    Path output = home.resolve("output.txt");
    Process process =
        new ClusterJvm(home).start(output, InterruptedTraining.class, folder.toString(), run);
    try {
      while (process.isAlive() && finished(run) < epochs) {
        process.waitFor(5, TimeUnit.MILLISECONDS);
      }
      process.waitFor(milliseconds, TimeUnit.MILLISECONDS);
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(process.exitValue()).as(Files.readString(output)).isEqualTo(137);
    assertThat(folder.resolve("runs/" + run + "/manifest.json")).doesNotExist();
  }

  private static int finished(String run) throws IOException {
    Path state = folder.resolve("runs/" + run + "/state.safetensors");
    return Files.exists(state) ? history(run).size() : 0;
  }

  private static List<Epoch> history(String run) throws IOException {
    return Manifest.JSON.readValue(
        folder.resolve("runs/" + run + "/history.json").toFile(),
        new TypeReference<List<Epoch>>() {});
  }

  private static float[] parameters(String run) {
    return ModelFile.read(folder.resolve("runs/" + run + "/model.safetensors"))
        .network()
        .params()
        .toFloatVector();
  }
}
