package io.codonloom.encoding;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Looks into the executors. */
public final class EncodersOnExecutors {
  private EncodersOnExecutors() {}

  /** How many encoders are open, as executor=number; not of executors that get no task. */
  public static SortedSet<String> open(SparkSession spark) {
    return new TreeSet<>(
        new JavaSparkContext(spark.sparkContext())
            .parallelize(List.of(1, 2, 3, 4), 4)
            .map(task -> SparkEnv.get().executorId() + "=" + OpenEncoders.count())
            .collect());
  }
}
