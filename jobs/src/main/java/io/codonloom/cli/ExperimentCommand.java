package io.codonloom.cli;

import io.codonloom.UserException;
import io.codonloom.config.Experiment;
import io.codonloom.config.ExperimentFile;
import io.codonloom.device.ExecutorExclusion;
import io.codonloom.device.ExecutorMemory;
import io.codonloom.workspace.OwnSession;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.util.VersionInfo;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all verbs share: the options, and a Spark session that is always stopped. */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
abstract class ExperimentCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The experiment, in HOCON; examples lie in conf/.")
  Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Overrides one key of the config, for instance --set train.epochs=5. Repeatable.")
  List<String> overrides = new ArrayList<>();

  @Option(names = "--stacktrace", description = "Shows where an error came from.")
  boolean stacktrace;

  /** The stages that the verb runs. */
  abstract void run(Pipeline pipeline, PrintWriter out) throws IOException;

  @Override
  public Integer call() throws IOException {
    Experiment experiment = ExperimentFile.read(config, overrides);
    boolean ours = !isRunning();
    SparkSession spark =
        SparkSession.builder()
            .appName("codonloom " + spec.name() + " " + config.getFileName())
            .config(Map.copyOf(ExecutorMemory.settings(new SparkConf())))
            .config(Map.copyOf(ExecutorExclusion.settings(new SparkConf())))
            .getOrCreate();
    try {
      Configuration hadoop = spark.sparkContext().hadoopConfiguration();
      run(
          new Pipeline(OwnSession.of(spark), experiment.located(path -> absolute(path, hadoop))),
          spec.commandLine().getOut());
    } finally {
      if (ours) {
        spark.stop();
      }
    }
    return Main.OK;
  }

  /** Whether the caller has a session of its own, which goes on after the verb. */
  private static boolean isRunning() {
    var session = SparkSession.getDefaultSession();
    return session.isDefined() && !session.get().sparkContext().isStopped();
  }

  /**
   * A path as every machine understands it.
   *
   * @throws UserException if it is none, or its file system is not here
   */
  static String absolute(String path, Configuration hadoop) {
    if (path.isBlank()) {
      throw new UserException(
          "a path is empty: workspace, dataset.input, the checkpoints, --input and --output each name a file or folder");
    }
    if (path.matches("[A-Za-z]:[\\\\/].*")) {
      throw new UserException(
          path + " is a path of Windows: write it as Linux sees it, for instance /mnt/c/data");
    }
    String scheme = path.substring(0, Math.max(0, path.indexOf(':')));
    try {
      org.apache.hadoop.fs.Path given = new org.apache.hadoop.fs.Path(path);
      return given.getFileSystem(hadoop).makeQualified(given).toString();
    } catch (UnsupportedFileSystemException e) {
      throw new UserException(
          path
              + ": Hadoop here has no file system for '"
              + scheme
              + ":'; add its jar with spark-submit --packages",
          e);
    } catch (IllegalArgumentException e) {
      throw new UserException(
          path
              + " is no path: what stands before a ':' is taken for a file system; write file:/folder/name or rename it",
          e);
    } catch (IOException e) {
      throw new UserException(path + " cannot be reached: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      throw new UserException(
          "%s: the classes of '%s:' are not here; add them, for instance with spark-submit --packages org.apache.hadoop:hadoop-aws:%s for s3a:"
              .formatted(path, scheme, VersionInfo.getVersion()),
          e);
    }
  }
}
