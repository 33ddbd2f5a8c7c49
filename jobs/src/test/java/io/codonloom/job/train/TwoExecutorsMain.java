package io.codonloom.job.train;

import io.codonloom.workspace.Manifest;
import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Trains on a Spark cluster of two executor JVMs; needs SPARK_HOME. */
final class TwoExecutorsMain {
  private TwoExecutorsMain() {}

  /** Arguments: the options of an executor's JVM, the workspace's folder, the run, the epochs. */
  public static void main(String[] arguments) throws Exception {
    SparkConf conf =
        new SparkConf()
            .setMaster("local-cluster[2,1,1536]")
            .setAppName("two executors")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1")
            .set("spark.executor.memory", "1g")
            .set("spark.sql.shuffle.partitions", "2")
            // Both executors must train, even where one has started first.
            .set("spark.scheduler.minRegisteredResourcesRatio", "1.0")
            .set("spark.locality.wait", "0")
            .set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
            .set("spark.executor.extraJavaOptions", arguments[0]);
    try (SparkSession spark = SparkSession.builder().config(conf).getOrCreate()) {
      TrainFixture fixture = new TrainFixture(spark, Path.of(arguments[1]), 0);
      int epochs = Integer.parseInt(arguments[3]);
      Manifest manifest = fixture.job(TrainFixture.training(arguments[2], 2, epochs)).run();
      int executors = spark.sparkContext().statusTracker().getExecutorInfos().length - 1;
      System.out.println("executors: " + executors);
      System.out.println("epochs: " + manifest.counts().get("epochs"));
    }
  }
}
