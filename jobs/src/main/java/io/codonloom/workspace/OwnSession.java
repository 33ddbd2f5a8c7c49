package io.codonloom.workspace;

import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.SparkSession;
import scala.collection.JavaConverters;

/**
 * The Spark session that all verbs work in. Of the cluster's settings it keeps those that say how
 * fast something is done; those that say what comes out of it are Spark's own, or fixed here. It is
 * set up once: no job changes a setting that another reads.
 */
public final class OwnSession {
  private static final String SQL = "spark.sql.";

  /** Beginnings of the settings that are the cluster's. */
  private static final Set<String> SPEED =
      Set.of(
          "spark.sql.adaptive.",
          "spark.sql.autoBroadcastJoinThreshold",
          "spark.sql.broadcastTimeout",
          "spark.sql.catalog.",
          "spark.sql.codegen.",
          "spark.sql.files.maxPartitionBytes",
          "spark.sql.files.maxPartitionNum",
          "spark.sql.files.minPartitionNum",
          "spark.sql.files.openCostInBytes",
          "spark.sql.shuffle.partitions",
          "spark.sql.sources.parallelPartitionDiscovery.");

  private static final Map<String, String> FIXED =
      Map.of(
          // Their defaults depend on the machine.
          "spark.sql.ansi.enabled",
          "false",
          "spark.sql.session.timeZone",
          "UTC",
          // Columns and partition values are what they are called.
          "spark.sql.caseSensitive",
          "true",
          "spark.sql.sources.partitionColumnTypeInference.enabled",
          "false",
          // Looking for repetitions in every cached value costs more than it saves.
          "spark.sql.inMemoryColumnarStorage.compressed",
          "false");

  private OwnSession() {}

  /**
   * A session of its own on the same executors; this thread's Spark code works in it, too.
   *
   * @param any of the application
   */
  public static SparkSession of(SparkSession any) {
    SparkSession own = any.newSession();
    RuntimeConfig settings = own.conf();
    for (String key : JavaConverters.mapAsJavaMap(settings.getAll()).keySet()) {
      if (key.startsWith(SQL)
          && settings.isModifiable(key)
          && SPEED.stream().noneMatch(key::startsWith)) {
        settings.unset(key);
      }
    }
    FIXED.forEach(settings::set);
    SparkSession.setActiveSession(own);
    return own;
  }
}
