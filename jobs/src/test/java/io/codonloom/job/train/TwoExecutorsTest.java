package io.codonloom.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import io.codonloom.table.Manifest;
import io.codonloom.training.Epoch;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TwoExecutorsTest {
  @TempDir Path folder;

  @Test
  void twoExecutorJvmsTrainOneModelFromOneLocalCopy() throws Exception {
    Path output = folder.resolve("output.txt");
    Process process = start(output);
    try {
      assertThat(process.waitFor(4, TimeUnit.MINUTES)).as("ended in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(output);
    assertThat(process.exitValue()).as(text).isZero();
    assertThat(text).contains("executors: 2", "epochs: 6");

    List<Epoch> history =
        Manifest.JSON.readValue(
            folder.resolve("workspace/runs/cluster/history.json").toFile(),
            new TypeReference<List<Epoch>>() {});
    assertThat(history.get(5).trainLoss()).isLessThan(history.get(0).trainLoss() / 1.5);
    try (var files = Files.walk(folder.resolve("tmp"))) {
      List<String> shards =
          files.map(Path::toString).filter(name -> name.matches(".*/dna-[^/]*\\d")).toList();
      assertThat(shards).as("local shards of both executors").hasSize(2);
    }
  }

  /** A Spark installation out of the build's own jars, in a JVM with the environment it needs. */
  private Process start(Path output) throws IOException {
    Path home = Files.createDirectory(folder.resolve("spark"));
    Files.createSymbolicLink(
        home.resolve("jars"),
        Path.of(System.getProperty("codonloom.root"), "jobs/target/spark/jars"));
    Files.createFile(home.resolve("RELEASE"));
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    List<String> options = new ArrayList<>();
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (option.startsWith("--add-") || option.startsWith("-Djdk") || option.contains("javacpp")) {
        options.add(option);
      }
    }
    options.add("-Djava.io.tmpdir=" + temporary);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.add("-Xmx1g");
    command.addAll(options);
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(TwoExecutorsMain.class.getName());
    command.add(folder.resolve("workspace").toString());
    command.add(String.join(" ", options));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.12");
    builder.environment().put("SPARK_LOCAL_DIRS", temporary.toString());
    builder.environment().put("OMP_NUM_THREADS", "1");
    return builder.start();
  }
}
