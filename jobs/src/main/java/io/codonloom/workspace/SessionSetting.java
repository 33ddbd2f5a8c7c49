package io.codonloom.workspace;

import org.apache.spark.sql.SparkSession;

/** Settings of the Spark session that hold for a while. */
public final class SessionSetting {
  private SessionSetting() {}

  /**
   * Sets one.
   *
   * @return sets it back
   */
  public static Runnable set(SparkSession spark, String key, String value) {
    String before = spark.conf().get(key);
    spark.conf().set(key, value);
    return () -> spark.conf().set(key, before);
  }
}
