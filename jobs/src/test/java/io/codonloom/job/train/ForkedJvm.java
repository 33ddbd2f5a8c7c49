package io.codonloom.job.train;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** JVMs beside that of the tests, with its class path and module options. */
final class ForkedJvm {
  private ForkedJvm() {}

  /** The options that Spark and the native libraries need. */
  static List<String> options(Path temporary) {
    List<String> options = new ArrayList<>();
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (option.startsWith("--add-") || option.startsWith("-Djdk") || option.contains("javacpp")) {
        options.add(option);
      }
    }
    options.add("-Djava.io.tmpdir=" + temporary);
    return options;
  }

  /**
   * Starts a class' main method.
   *
   * @param folder to run in; its output goes to output.txt there
   */
  static Process start(Class<?> main, Path folder, List<String> options, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.addAll(options);
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output.txt").toFile());
    Path home = sparkHome(folder);
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.12");
    builder.environment().put("SPARK_LOCAL_DIRS", folder.toString());
    builder.environment().put("OMP_NUM_THREADS", "1");
    return builder.start();
  }

  /** A Spark installation out of the build's own jars. */
  private static Path sparkHome(Path folder) throws IOException {
    Path home = folder.resolve("spark");
    if (!Files.exists(home)) {
      Files.createDirectory(home);
      Files.createSymbolicLink(
          home.resolve("jars"),
          Path.of(System.getProperty("codonloom.root"), "jobs/target/spark/jars"));
      Files.createFile(home.resolve("RELEASE"));
    }
    return home;
  }
}
