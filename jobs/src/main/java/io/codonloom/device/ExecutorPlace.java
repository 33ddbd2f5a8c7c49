package io.codonloom.device;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockManagerId;
import scala.collection.JavaConverters;

/**
 * Which executor it is, and where.
 *
 * @param id Spark's
 * @param host of its machine, as Spark names it
 */
public record ExecutorPlace(String id, String host) implements Serializable {
  /** The executor of local mode too. */
  private static final String DRIVER = "driver";

  /** Whether the JVM that asks is an executor of its own, and not the driver or local mode. */
  public static boolean isExecutor() {
    SparkEnv env = SparkEnv.get();
    return env != null && !env.executorId().equals(DRIVER);
  }

  /** The executor that asks. */
  public static ExecutorPlace here() {
    return of(SparkEnv.get().blockManager().blockManagerId());
  }

  /** All executors with a JVM of their own that the driver knows now. */
  public static List<ExecutorPlace> all() {
    List<ExecutorPlace> places = new ArrayList<>();
    for (BlockManagerId id :
        JavaConverters.asJavaIterable(
            SparkEnv.get().blockManager().master().getMemoryStatus().keys())) {
      if (!id.isDriver()) {
        places.add(of(id));
      }
    }
    return places;
  }

  private static ExecutorPlace of(BlockManagerId id) {
    return new ExecutorPlace(id.executorId(), id.host());
  }

  /** As Spark is told where a task would best run. */
  public String location() {
    return "executor_" + host + "_" + id;
  }

  @Override
  public String toString() {
    return "executor " + id + " on " + host;
  }
}
