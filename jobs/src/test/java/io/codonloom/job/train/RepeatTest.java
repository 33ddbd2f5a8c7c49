package io.codonloom.job.train;

import static io.codonloom.fusion.Optimizer.Method.ADAM;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.codonloom.ClusterJvm;
import io.codonloom.SparkSessions;
import io.codonloom.config.ClassWeights;
import io.codonloom.config.Training;
import io.codonloom.fusion.FusionSettings;
import io.codonloom.model.ModelFile;
import io.codonloom.workspace.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepeatTest {
  @TempDir static Path folder;
  private static TrainFixture fixture;

  @BeforeAll
  static void writeWorkspace() throws IOException {
    fixture = new TrainFixture(SparkSessions.local(), folder, 60).write();
  }

  @Test
  void theManifestOfARunIsEnoughToRepeatIt() {
    Manifest first = fixture.job(TrainFixture.training("first", 0, 3)).run();

    JsonNode settings = first.settings();
    ObjectNode training = settings.get("training").deepCopy();
    training.put("run", "again");
    training.set("workers", first.counts().get("workers"));
    Manifest again =
        new TrainJob(
                fixture.spark,
                fixture.workspace,
                TrainFixture.dataset(),
                settings.get("store").asText(),
                Manifest.JSON.convertValue(training, Training.class),
                Manifest.JSON.convertValue(settings.get("network"), FusionSettings.class))
            .run();

    assertThat(settings.get("dataset").asText()).isEqualTo(TrainFixture.dataset().name());
    assertThat(again.fingerprints()).isEqualTo(first.fingerprints());
    assertThat(parameters("again")).containsExactly(parameters("first"));
  }

  @Test
  void anotherSeedGivesOtherParameters() {
    fixture.job(TrainFixture.training("one", 2, 1)).run();
    Training other =
        new Training(
            "other",
            "random",
            6,
            8,
            2,
            3,
            1,
            50,
            5,
            0.5,
            ADAM,
            5e-3,
            1e-5,
            false,
            50,
            ClassWeights.NONE);
    fixture.job(other).run();
    assertThat(parameters("other")).isNotEqualTo(parameters("one"));
  }

  @Test
  void moreThreadsAWorkerChangeNoParameterByMoreThanOneMillionthInAnEpoch() throws Exception {
    fixture.job(WideTraining.training("narrow", 1), WideTraining.network()).run();
    Path output = folder.resolve("output.txt");
    Process process =
        new ClusterJvm(Files.createDirectory(folder.resolve("jvm")), List.of("-Xmx1g"), 2)
            .start(output, WideTraining.class, folder.toString(), "wide", "1");
    ClusterJvm.awaitEnd(process);
    assertThat(process.exitValue()).as(Files.readString(output)).isZero();

    float[] one = parameters("narrow");
    float[] two = parameters("wide");
    double furthest = 0;
    for (int i = 0; i < one.length; i++) {
      furthest = Math.max(furthest, Math.abs(one[i] - two[i]));
    }
    assertThat(furthest).isLessThan(1e-6);
  }

  private static float[] parameters(String run) {
    return ModelFile.read(folder.resolve("runs/" + run + "/model.safetensors"))
        .network()
        .params()
        .toFloatVector();
  }
}
