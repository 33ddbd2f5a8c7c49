package io.codonloom;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM that can start Spark executors in JVMs of their own: a Spark installation out of the
 * build's own jars, and the environment it needs.
 *
 * @param folder where everything goes that is written
 * @param heap the options for this JVM's own heap
 * @param threads of the native libraries, OMP_NUM_THREADS
 */
public record ClusterJvm(Path folder, List<String> heap, int threads) {
  /** With a heap of 1 GiB and one native thread. */
  public ClusterJvm(Path folder) {
    this(folder, List.of("-Xmx1g"), 1);
  }

  /** The temporary folder of all its JVMs. */
  public Path temporary() {
    return folder.resolve("tmp");
  }

  /**
   * Waits until a process has ended, as long as a loaded machine may take: only one that hangs for
   * ever meets the limit.
   */
  public static void awaitEnd(Process process) throws InterruptedException {
    try {
      assertThat(process.waitFor(30, TimeUnit.MINUTES)).as("ended").isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  /**
   * Starts a class.
   *
   * @param output gets what it prints
   * @param arguments of the class, after a first one: the options for the executors' JVMs
   */
  public Process start(Path output, Class<?> main, String... arguments) throws IOException {
    Path home = Files.createDirectories(folder.resolve("spark"));
    Files.createSymbolicLink(
        home.resolve("jars"),
        Path.of(System.getProperty("codonloom.root"), "jobs/target/spark/jars"));
    Files.createFile(home.resolve("RELEASE"));
    Files.createDirectory(temporary());
    List<String> options = new ArrayList<>();
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (option.startsWith("--add-") || option.startsWith("-Djdk") || option.contains("javacpp")) {
        options.add(option);
      }
    }
    options.add("-Djava.io.tmpdir=" + temporary());
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.addAll(heap);
    command.addAll(options);
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.add(String.join(" ", options));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.12");
    builder.environment().put("SPARK_LOCAL_DIRS", temporary().toString());
    builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
    return builder.start();
  }
}
