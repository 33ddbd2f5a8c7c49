package io.codonloom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.SparkSessions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class CommandLineTest {
  private static final Path ROOT = Path.of(System.getProperty("codonloom.root"));
  private static final String DEMO = ROOT.resolve("conf/demo.conf").toString();

  @TempDir Path folder;

  private record Result(int code, String out, String err) {}

  private static Result run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(arguments, new PrintWriter(out, true), new PrintWriter(err, true));
    return new Result(code, out.toString(), err.toString());
  }

  @Test
  void helpNamesEveryVerbAndTheExitCodes() {
    Result help = run("--help");
    assertThat(help.code()).isZero();
    assertThat(help.out()).contains(verbs()).contains("Exit codes", "conf/demo.conf");
  }

  static Set<String> verbs() {
    return new CommandLine(new Codonloom()).getSubcommands().keySet();
  }

  @ParameterizedTest
  @MethodSource("verbs")
  void helpOfAVerbSaysInputOutputAndAnExample(String verb) {
    Result help = run(verb, "--help");
    assertThat(help.code()).isZero();
    assertThat(help.out()).contains("Input:", "Output:", "Example:", "--set", "--config");
  }

  @Test
  void printsItsVersion() {
    assertThat(run("--version").out()).matches("codonloom \\d+\\.\\d+\\.\\d+\\s+");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "embedd --config x | Did you mean",
        "prepare | --config=FILE",
        "doctor --set embed.device=gpu | --set needs --config",
        "doctor --config @DEMO@ --set train.epoch=3 | unknown key train.epoch; did you mean train.epochs?",
        "prepare --config no-such.conf | no config file",
        "prepare --config @DEMO@ --set train.epoch=3 | unknown key train.epoch; did you mean train.epochs?",
        "prepare --config @DEMO@ --set train.epochs=many | train.epochs must be a number",
        "prepare --config @DEMO@ --set epochs | --set takes key=value",
        "prepare --config @DEMO@ --set train.split=no | train.split is 'no', but splits holds main",
        "prepare --config @DEMO@ --set model.fusion=magic | model.fusion is one of",
        "prepare --config @DEMO@ --set train.learning-rate=Infinity | learning-rate must be a number",
        "prepare --config @DEMO@ --set train.seed=0 | seed must not be 0",
      })
  void wrongArgumentsAndConfigsEndWithOneLineAndCode1(String arguments, String message) {
    Result result = run(arguments.replace("@DEMO@", DEMO).split(" "));
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains(message);
    assertThat(result.err().strip().lines().count()).isLessThanOrEqualTo(2);
  }

  @Test
  void aTrainingThatTheConfigAloneForbidsIsRefusedBeforeAnyWork() throws IOException {
    Path folds = folder.resolve("folds.conf");
    Files.writeString(
        folds,
        "include file(\"%s\")\nsplits = [{ name = main, by = sequence, folds = 5 }]\n"
            .formatted(DEMO));
    assertRefusedBeforeAnyWork(
        "model: fusion = none reads exactly one modality", DEMO, "model.fusion=none");
    assertRefusedBeforeAnyWork(
        "train.split names main, which has no part train and val",
        folds.toString(),
        "model.fusion=mil");
    Path noVal = folder.resolve("no-val.conf");
    Files.writeString(
        noVal,
        "include file(\"%s\")\nsplits = [{ name = main, fractions { train = 0.8, test = 0.2 } }]\n"
            .formatted(DEMO));
    assertRefusedBeforeAnyWork(
        "train.split names main, which has no part val", noVal.toString(), "model.fusion=mil");
  }

  private void assertRefusedBeforeAnyWork(String message, String config, String setting) {
    SparkSessions.local();
    Path workspace = folder.resolve("forbidden");
    Result result =
        run("run", "--config", config, "--set", "workspace=" + workspace, "--set", setting);
    assertThat(result.err()).contains(message).doesNotContain("\tat ");
    assertThat(result.code()).isEqualTo(1);
    assertThat(workspace).doesNotExist();
  }

  @Test
  void dataThatCannotBeReadEndsWithOneLineAndCode2AndLeavesNothing() throws IOException {
    SparkSessions.local();
    Path workspace = folder.resolve("ws");
    Result result =
        run(
            "prepare",
            "--config",
            DEMO,
            "--set",
            "workspace=" + workspace,
            "--set",
            "dataset.input=" + folder.resolve("missing.csv"),
            "--set",
            "encoders.dna.checkpoint=" + ROOT.resolve("test-data/encoders/nt-v2-tiny"),
            "--set",
            "encoders.rna.checkpoint=" + ROOT.resolve("test-data/encoders/rna-fm-tiny"),
            "--set",
            "encoders.protein.checkpoint=" + ROOT.resolve("test-data/encoders/esm2-tiny"));
    assertThat(result.err()).contains("missing.csv").doesNotContain("\tat ");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err().strip().lines().count()).isLessThanOrEqualTo(2);
    assertThat(Files.exists(workspace)).isFalse();
  }

  @Test
  void aWorkspaceWithNothingToVerifyEndsWithOneLineAndCode2() {
    SparkSessions.local();
    Result result = run("verify", "--config", DEMO, "--set", "workspace=" + folder.resolve("ws"));
    assertThat(result.err()).contains("there is nothing to verify").doesNotContain("\tat ");
    assertThat(result.code()).isEqualTo(2);
  }

  @Test
  void anUnknownSchemeSaysWhatIsMissing() {
    SparkSessions.local();
    Result result = run("prepare", "--config", DEMO, "--set", "workspace=gopher://x/y");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("no file system for 'gopher:'");
  }

  @Test
  void stacktraceShowsWhereAnErrorCameFrom() {
    Result result = run("prepare", "--config", "no-such.conf", "--stacktrace");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("\tat io.codonloom");
  }

  @Test
  void everyShippedConfigIsValid() throws IOException {
    try (var files = Files.walk(ROOT.resolve("conf"))) {
      List<Path> configs =
          files
              .filter(f -> f.toString().endsWith(".conf"))
              .filter(f -> !f.endsWith("common.conf")) // what others include
              .toList();
      assertThat(configs).isNotEmpty();
      for (Path config : configs) {
        assertThat(io.codonloom.config.ExperimentFile.read(config, List.of())).isNotNull();
      }
    }
  }
}
