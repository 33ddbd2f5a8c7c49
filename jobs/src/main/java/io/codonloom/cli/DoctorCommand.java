package io.codonloom.cli;

import io.codonloom.config.Experiment;
import io.codonloom.config.ExperimentFile;
import io.codonloom.device.ExecutorExclusion;
import io.codonloom.device.ExecutorMemory;
import io.codonloom.job.doctor.DoctorJob;
import io.codonloom.job.doctor.Finding;
import io.codonloom.workspace.OwnSession;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What works here, and what to do about the rest. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Checks Java, Spark, native libraries and devices on the driver and on every executor; with a config also its input, workspace, checkpoints and store.",
      "",
      "Input:  nothing, or a config. Nothing is changed.",
      "Output: one line a check: ok, warning or problem, what was found, and what to do. The exit code is 2 if there is a problem."
    },
    footer = {"", "Example: codonloom doctor --config conf/demo.conf"})
final class DoctorCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The experiment to check too, in HOCON.")
  Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Overrides one key of the config, for instance --set embed.device=gpu. Repeatable.")
  List<String> overrides = new ArrayList<>();

  @Option(names = "--stacktrace", description = "Shows where an error came from.")
  boolean stacktrace;

  @Override
  public Integer call() {
    if (config == null && !overrides.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "--set needs --config");
    }
    Optional<Experiment> experiment =
        Optional.ofNullable(config).map(file -> ExperimentFile.read(file, overrides));
    try {
      List<Finding> findings =
          new DoctorJob(
                  () ->
                      OwnSession.of(
                          SparkSession.builder()
                              .appName("codonloom doctor")
                              .config(Map.copyOf(ExecutorMemory.settings(new SparkConf())))
                              .config(Map.copyOf(ExecutorExclusion.settings(new SparkConf())))
                              .getOrCreate()),
                  experiment)
              .run();
      PrintWriter out = spec.commandLine().getOut();
      out.print(FindingTable.of(findings));
      out.flush();
      return findings.stream().anyMatch(f -> f.state() == Finding.State.PROBLEM)
          ? Main.WRONG_DATA
          : Main.OK;
    } finally {
      if (SparkSession.getDefaultSession().isDefined()) {
        SparkSession.getDefaultSession().get().stop();
      }
    }
  }
}
