package io.codonloom.job.doctor;

import io.codonloom.config.Encoding;
import io.codonloom.config.Experiment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * Looks at everything that the stages need, and says what works and what to do about the rest. Each
 * check is made whatever the others found.
 */
public final class DoctorJob {
  private final Supplier<SparkSession> start;
  private final Optional<Experiment> experiment;

  /**
   * @param start of Spark, which may fail
   * @param experiment to check too
   */
  public DoctorJob(Supplier<SparkSession> start, Optional<Experiment> experiment) {
    this.start = start;
    this.experiment = experiment;
  }

  /** Makes all checks. */
  public List<Finding> run() {
    List<SparkSession> session = new ArrayList<>();
    List<Finding> findings = new ArrayList<>();
    Finding started = Finding.of("spark", () -> spark(session));
    boolean cluster = !session.isEmpty() && !session.get(0).sparkContext().isLocal();
    Encoding encoding = experiment.map(Experiment::embed).orElse(Encoding.DEFAULT);
    for (Finding finding : Machine.check(cluster ? Encoding.DEFAULT : encoding, !cluster)) {
      findings.add(cluster ? finding.at("driver") : finding);
    }
    findings.add(started);
    if (cluster) {
      findings.addAll(executors(session.get(0), encoding));
    }
    experiment.ifPresent(e -> findings.addAll(experiment(e, session)));
    return findings;
  }

  private Finding spark(List<SparkSession> session) {
    SparkSession spark = start.get();
    session.add(spark);
    String found =
        "%s for Scala %s, master %s"
            .formatted(
                spark.version(),
                scala.util.Properties.versionNumberString(),
                spark.sparkContext().master());
    return spark.version().startsWith("3.5.")
        ? Finding.ok("spark", found)
        : Finding.warning("spark", found, "only Spark 3.5 is tried");
  }

  private static List<Finding> executors(SparkSession spark, Encoding encoding) {
    List<Finding> findings = new ArrayList<>();
    Finding failed =
        Finding.of(
            "executors",
            () -> {
              findings.addAll(Executors.check(spark, encoding));
              return null;
            });
    if (failed != null) {
      findings.add(failed);
    }
    return findings;
  }

  private static List<Finding> experiment(Experiment experiment, List<SparkSession> session) {
    Configuration conf =
        session.isEmpty()
            ? new Configuration()
            : session.get(0).sparkContext().hadoopConfiguration();
    ExperimentCheck check = new ExperimentCheck(experiment, conf);
    List<Finding> findings = new ArrayList<>();
    findings.add(
        session.isEmpty()
            ? Finding.warning("input", "not checked, as Spark does not start", "")
            : check.input(session.get(0)));
    findings.add(check.workspace());
    findings.addAll(check.encoders());
    return findings;
  }
}
