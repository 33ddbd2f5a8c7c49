package io.codonloom.job;

import io.codonloom.config.Experiment;
import io.codonloom.table.Workspace;
import java.io.IOException;
import org.apache.spark.sql.SparkSession;

/** The stages of one experiment. */
public final class Pipeline {
  private final SparkSession spark;
  private final Experiment experiment;
  private final Workspace workspace;

  /**
   * The pipeline of an experiment.
   *
   * @param experiment with absolute paths
   */
  public Pipeline(SparkSession spark, Experiment experiment) {
    this.spark = spark;
    this.experiment = experiment;
    this.workspace = new Workspace(experiment.workspace());
  }

  /** Input rows become tables. */
  public void prepare() {
    new PrepareJob(
            spark,
            workspace,
            experiment.dataset(),
            experiment.rules(),
            experiment.splits(),
            java.util.Map.of())
        .run();
  }

  public void embed() {}

  public void train() {}

  public String report() throws IOException {
    return "";
  }

  public String scores() {
    return "";
  }
}
