package io.codonloom.device;

import java.util.Map;
import org.apache.spark.SparkConf;

/**
 * What Spark does with an executor on which tasks fail: without a word about it, nothing, so that
 * one that cannot load an encoder fails every task it is given until the job is given up. Excluded,
 * it gets no more of them and the other executors go on.
 */
public final class ExecutorExclusion {
  private static final String ENABLED = "spark.excludeOnFailure.enabled";

  private ExecutorExclusion() {}

  /** What to add to Spark's settings before it starts; nothing where the user has decided. */
  public static Map<String, String> settings(SparkConf conf) {
    boolean decided = conf.contains(ENABLED) || conf.contains("spark.blacklist.enabled");
    // Spark refuses to start where a task is given up before its node is.
    int failures = conf.getInt("spark.task.maxFailures", 4);
    int onNode = conf.getInt("spark.excludeOnFailure.task.maxTaskAttemptsPerNode", 2);
    boolean cluster = !conf.get("spark.master", "local").matches("local(\\[.*)?");
    return decided || !cluster || failures <= onNode ? Map.of() : Map.of(ENABLED, "true");
  }
}
