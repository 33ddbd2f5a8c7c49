package io.codonloom.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import io.codonloom.ClusterJvm;
import io.codonloom.SparkSessions;
import io.codonloom.training.Epoch;
import io.codonloom.workspace.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
class MemoryTest {
  private static final int EPOCHS = 50;
  private static final long MIB = 1 << 20;
  private static final long GIB = 1 << 30;

  @TempDir Path folder;

  @Test
  void theProcessIsAsLargeAfterFiftyEpochsAsAfterThirty() throws Exception {
    new TrainFixture(SparkSessions.local(), folder, 400).write();
    Path output = folder.resolve("output.txt");
    // The heap is as large from the start as it may become, so that only the rest can grow.
    List<String> heap = List.of("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch");
    Process process =
        new ClusterJvm(Files.createDirectory(folder.resolve("jvm")), heap, 1)
            .start(output, WideTraining.class, folder.toString(), "flat", Integer.toString(EPOCHS));
    SortedMap<Integer, Long> sizes = new TreeMap<>();
    try {
      while (process.isAlive()) {
        sizes.put(finished("flat"), residentBytes(process));
        process.waitFor(20, TimeUnit.MILLISECONDS);
      }
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    assertThat(finished("flat")).isEqualTo(EPOCHS);

    // Compiled code still grows in the first ones.
    double early = mean(sizes.subMap(21, 31));
    double late = mean(sizes.subMap(EPOCHS - 10, EPOCHS));
    // One layer's activations left behind in each of the 17 steps would be 40 MiB by then.
    assertThat((late - early) / MIB).as("%s", sizes).isLessThan(32);
  }

  @Test
  void aDriverAndExecutorsOfOneGibibyteTrainOnALargerStore() throws Exception {
    new TrainFixture(SparkSessions.local(), folder, 1200).large(340).write();
    long stored;
    try (var files = Files.walk(folder.resolve("embeddings"))) {
      stored = files.map(Path::toFile).mapToLong(file -> file.isFile() ? file.length() : 0).sum();
    }
    assertThat(stored).isGreaterThan(GIB);

    Path output = folder.resolve("output.txt");
    Process process =
        new ClusterJvm(Files.createDirectory(folder.resolve("jvm")))
            .start(output, TwoExecutorsMain.class, folder.toString(), "large", "2");
    try {
      assertThat(process.waitFor(20, TimeUnit.MINUTES)).as("ended in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(output);
    assertThat(process.exitValue()).as(text).isZero();
    assertThat(text).contains("executors: 2", "epochs: 2");
    assertThat(finished("large")).isEqualTo(2);
  }

  private int finished(String run) throws IOException {
    try {
      return Manifest.JSON
          .readValue(
              Files.readString(folder.resolve("runs/" + run + "/history.json")),
              new TypeReference<List<Epoch>>() {})
          .size();
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  /** What Linux says of a process; 0 when it has just ended. */
  private static long residentBytes(Process process) throws IOException {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/status"))
          .lines()
          .filter(line -> line.startsWith("RssAnon:"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  private static double mean(SortedMap<Integer, Long> sizes) {
    return sizes.values().stream().mapToLong(Long::longValue).average().orElseThrow();
  }
}
