package io.codonloom.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import io.codonloom.ClusterJvm;
import io.codonloom.SparkSessions;
import io.codonloom.model.ModelFile;
import io.codonloom.training.Epoch;
import io.codonloom.workspace.Manifest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TwoExecutorsTest {
  @TempDir Path folder;

  @Test
  void twoExecutorJvmsTrainOneModelFromOneLocalCopyAndAsTwoThreadsDo() throws Exception {
    Path workspace = folder.resolve("workspace");
    TrainFixture here = new TrainFixture(SparkSessions.local(), workspace, 100).write();
    Path output = folder.resolve("output.txt");
    ClusterJvm jvm = new ClusterJvm(folder);
    Process process =
        jvm.start(output, TwoExecutorsMain.class, workspace.toString(), "cluster", "6");
    ClusterJvm.awaitEnd(process);
    String text = Files.readString(folder.resolve("output.txt"));
    assertThat(process.exitValue()).as(text).isZero();
    assertThat(text).contains("executors: 2", "epochs: 6");

    List<Epoch> history =
        Manifest.JSON.readValue(
            folder.resolve("workspace/runs/cluster/history.json").toFile(),
            new TypeReference<List<Epoch>>() {});
    assertThat(history.get(5).trainLoss()).isLessThan(history.get(0).trainLoss() / 1.5);
    try (var files = Files.walk(jvm.temporary())) {
      List<String> shards =
          files
              .map(Path::toString)
              .filter(name -> name.matches(".*/store-[^/]*-dna-[^/]*\\d"))
              .toList();
      assertThat(shards).as("local shards of both executors").hasSize(2);
    }

    here.job(TrainFixture.training("threads", 2, 6)).run();
    assertThat(parameters("cluster")).containsExactly(parameters("threads"));
  }

  private float[] parameters(String run) {
    return ModelFile.read(folder.resolve("workspace/runs/" + run + "/model.safetensors"))
        .network()
        .params()
        .toFloatVector();
  }
}
