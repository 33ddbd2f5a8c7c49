package io.codonloom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.ClusterJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InterruptTest {
  @TempDir Path folder;

  @Test
  void aSignalEndsAVerbWithItsExitCodeAndOneLine() throws IOException, InterruptedException {
    CliWorkspace small = new CliWorkspace(folder.resolve("small")).write();
    Map<String, Process> processes = new LinkedHashMap<>();
    for (String signal : new String[] {"INT", "TERM"}) {
      Path home = Files.createDirectory(folder.resolve(signal));
      processes.put(
          signal,
          new ClusterJvm(home)
              .start(
                  folder.resolve(signal + ".log"),
                  InterruptedMain.class,
                  signal,
                  "run",
                  "--config",
                  small.config().toString(),
                  "--set",
                  "workspace=" + home.resolve("ws")));
    }
    for (Map.Entry<String, Process> process : processes.entrySet()) {
      int code = process.getValue().waitFor();
      String log = Files.readString(folder.resolve(process.getKey() + ".log"));
      assertThat(code).as(log).isEqualTo(process.getKey().equals("INT") ? 130 : 143);
      assertThat(log.lines().filter(line -> line.startsWith("codonloom: ")))
          .containsExactly("codonloom: interrupted; run the same command again to go on");
    }
  }
}
