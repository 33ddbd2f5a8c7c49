package io.codonloom.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.ClusterJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpuAssignmentTest {
  @TempDir Path folder;

  @Test
  void eachTaskComputesOnTheGpuThatSparkGaveIt() throws Exception {
    script("nvidia-smi", "printf '0\\n1\\n'");
    Path gpus = Path.of(System.getProperty("codonloom.root"), "deploy/gpus.sh");
    Path script = script("two-gpus.sh", "PATH=%s:$PATH exec %s".formatted(folder, gpus));
    Path output = folder.resolve("output.txt");
    Process process =
        new ClusterJvm(folder)
            .start(
                output,
                GpuAssignmentMain.class,
                script.toString(),
                folder.resolve("meetings").toString());
    ClusterJvm.awaitEnd(process);
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

  private Path script(String name, String command) throws IOException {
    Path script = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + command + "\n");
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
  }
}
