package io.codonloom.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.codonloom.ClusterJvm;
import io.codonloom.SparkSessions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
  private static final Path ROOT = Path.of(System.getProperty("codonloom.root"));
  private static final Path ENCODERS = ROOT.resolve("test-data/encoders");
  private static final String DEMO = ROOT.resolve("conf/demo.conf").toString();

  @TempDir Path folder;

  @Test
  void withoutAConfigTheMachineIsChecked() {
    SparkSessions.local();
    Result result = run("doctor");
    assertThat(result.states())
        .as(result.out())
        .containsOnlyKeys(
            "java",
            "processor",
            "memory",
            "temporary folder",
            "threads",
            "ONNX Runtime",
            "ND4J",
            "GPU",
            "spark")
        .doesNotContainValue("problem");
    assertThat(result.code()).isZero();
  }

  @Test
  void aGoodConfigHasNoProblemAndNothingIsWritten() throws IOException {
    Result result = demo("workspace=" + folder.resolve("a/b"));
    assertThat(result.states())
        .as(result.out())
        .containsEntry("input", "ok")
        .containsEntry("checkpoint dna", "ok")
        .containsEntry("checkpoint rna", "ok")
        .containsEntry("checkpoint protein", "ok")
        .containsEntry("store", "ok");
    assertThat(result.out())
        .contains("esm2, 6 layers, reads 1024 tokens (1022 codons), weights ")
        .contains("ecoli_cds.csv: 1 files", "tiny: not there yet");
    assertThat(result.code()).isZero();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void noProblemHidesAnother() throws IOException {
    Path broken = Files.createDirectory(folder.resolve("broken"));
    try (Stream<Path> files = Files.list(ENCODERS.resolve("rna-fm-tiny"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, broken.resolve(file.getFileName()));
      }
    }
    Path weights = broken.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(bytes, bytes.length / 2));
    Path noFolder = Files.createFile(folder.resolve("file"));

    Result result =
        demo(
            "workspace=" + noFolder.resolve("ws"),
            "dataset.columns.label=codon_adaptation",
            "encoders.dna.checkpoint=" + folder.resolve("nowhere"),
            "encoders.rna.checkpoint=" + broken,
            "encoders.protein.layer=7");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.states())
        .as(result.out())
        .containsEntry("spark", "ok")
        .containsEntry("input", "problem")
        .containsEntry("workspace", "problem")
        .containsEntry("checkpoint dna", "problem")
        .containsEntry("checkpoint rna", "problem")
        .containsEntry("checkpoint protein", "problem")
        .containsEntry("store", "warning");
    assertThat(result.out())
        .contains("no column 'codon_adaptation'")
        .contains(noFolder + " cannot be written")
        .contains("There is no checkpoint directory " + folder.resolve("nowhere"))
        .contains(weights.toString())
        .contains("has 6 layers, so no layer 7")
        .contains("problems: 5, ");
  }

  @Test
  void aStoreOfOtherEncodersIsAProblem() throws IOException {
    Path store = Files.createDirectories(folder.resolve("ws/stores/tiny"));
    Files.writeString(store.resolve("store.json"), "{\"dna\": {\"family\": \"another\"}}");
    Result result = demo("workspace=" + folder.resolve("ws"));
    assertThat(result.states()).as(result.out()).containsEntry("store", "problem");
    assertThat(result.out()).contains("family is another there and ").contains("problems: 1, ");
  }

  @Test
  void aGpuThatIsAskedForAndNotThereIsAProblemInOneLine() {
    assumeFalse(Files.exists(Path.of("/dev/nvidiactl")), "this machine has an NVIDIA GPU");
    Result result = demo("workspace=" + folder, "embed.device=gpu");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.out().lines().filter(line -> line.contains("A GPU was asked for, but ")))
        .as(result.out())
        .singleElement()
        .satisfies(line -> assertThat(line).matches("  GPU +problem  .*"));
  }

  @Test
  void everyExecutorOfAClusterIsChecked() throws Exception {
    Path output = folder.resolve("output.txt");
    Process process =
        new ClusterJvm(folder)
            .start(
                output,
                OnTwoExecutors.class,
                "doctor",
                "--config",
                DEMO,
                "--set",
                "embed.device=gpu",
                "--set",
                "workspace=" + folder);
    ClusterJvm.awaitEnd(process);
    String text = Files.readString(output);
    Map<String, String> states = new Result(2, text).states();
    assertThat(states)
        .as(text)
        .containsEntry("java (driver)", "ok")
        .containsEntry("java (2 executors)", "ok")
        .containsEntry("ONNX Runtime (2 executors)", "ok")
        .containsEntry("ND4J (2 executors)", "ok")
        .containsEntry("GPU (driver)", "ok")
        .containsEntry("GPU (2 executors)", "problem");
    assertThat(text)
        .contains("2 answered")
        .contains("set spark.executor.resource.gpu.amount and spark.task.resource.gpu.amount");
    assertThat(process.exitValue()).isEqualTo(2);
  }

  /** Runs the command line with executors in JVMs of their own. */
  static final class OnTwoExecutors {
    private OnTwoExecutors() {}

    /** Arguments: the options of an executor's JVM, then those of the command line. */
    public static void main(String[] arguments) {
      Map.of(
              "spark.master", "local-cluster[2,1,1024]",
              "spark.ui.enabled", "false",
              "spark.driver.host", "127.0.0.1",
              "spark.driver.bindAddress", "127.0.0.1",
              "spark.executor.memory", "512m",
              "spark.executor.extraClassPath", System.getProperty("java.class.path"),
              "spark.executor.extraJavaOptions", arguments[0])
          .forEach(System::setProperty);
      Main.main(Arrays.copyOfRange(arguments, 1, arguments.length));
    }
  }

  private record Result(int code, String out) {
    /** The state of each check. */
    Map<String, String> states() {
      Map<String, String> states = new TreeMap<>();
      out.lines()
          .map(line -> line.strip().split(" {2,}"))
          .filter(cells -> cells.length > 2 && cells[1].matches("ok|warning|problem"))
          .forEach(cells -> states.put(cells[0], cells[1]));
      return states;
    }
  }

  /** The demo's config with paths that mean the same in any folder. */
  private static Result demo(String... overrides) {
    SparkSessions.local();
    List<String> arguments = new ArrayList<>(List.of("doctor", "--config", DEMO));
    for (String override :
        List.of(
            "dataset.input=" + ROOT.resolve("test-data/ecoli/ecoli_cds.csv"),
            "encoders.dna.checkpoint=" + ENCODERS.resolve("nt-v2-tiny"),
            "encoders.rna.checkpoint=" + ENCODERS.resolve("rna-fm-tiny"),
            "encoders.protein.checkpoint=" + ENCODERS.resolve("esm2-tiny"))) {
      arguments.addAll(List.of("--set", override));
    }
    Arrays.stream(overrides).forEach(one -> arguments.addAll(List.of("--set", one)));
    return run(arguments.toArray(String[]::new));
  }

  private static Result run(String... arguments) {
    StringWriter out = new StringWriter();
    int code = Main.run(arguments, new PrintWriter(out, true), new PrintWriter(out, true));
    return new Result(code, out.toString());
  }
}
