package io.codonloom.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.ClusterJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpuAssignmentTest {
  @TempDir Path folder;

  @Test
  void eachTaskComputesOnTheGpuThatSparkGaveIt() throws Exception {
    Path script = folder.resolve("two-gpus.sh");
    Files.writeString(
        script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"0\", \"1\"]}'\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    Path output = folder.resolve("output.txt");
    Process process =
        new ClusterJvm(folder)
            .start(
                output,
                GpuAssignmentMain.class,
                script.toString(),
                folder.resolve("meetings").toString());
    try {
      assertThat(process.waitFor(4, TimeUnit.MINUTES)).as("ended in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(output);
    assertThat(process.exitValue()).as(text).isZero();
    String twoExecutors = " on executor ([01]), address 1 is ordinal %d on executor (?!\\1)[01]]";
    assertThat(text)
        .containsPattern("two executors: \\[address 0 is ordinal 0" + twoExecutors.formatted(1))
        .containsPattern("1,0 visible: \\[address 0 is ordinal 1" + twoExecutors.formatted(0))
        .contains(
            "7,GPU-x,0 visible: [address 0 is ordinal 2 on executor 0, address 0 is ordinal 2 on executor 0]")
        .contains("no GPUs: [embed.device is gpu, but Spark gave the task none: set ");
  }
}
