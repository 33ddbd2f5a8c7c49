package io.codonloom.encoding;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Looks into the executors. */
public final class EncodersOnExecutors {
  private EncodersOnExecutors() {}

  /** How many encoders are open, by executor; not of executors that get no task. */
  public static Map<String, Integer> open(SparkSession spark) {
    Map<String, Integer> open = new TreeMap<>();
    new JavaSparkContext(spark.sparkContext())
        .parallelize(List.of(1, 2, 3, 4), 4)
        .map(task -> Map.entry(SparkEnv.get().executorId(), OpenEncoders.count()))
        .collect()
        .forEach(one -> open.put(one.getKey(), one.getValue()));
    return open;
  }
}
