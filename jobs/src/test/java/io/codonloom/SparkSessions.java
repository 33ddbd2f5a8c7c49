package io.codonloom;

import org.apache.spark.sql.SparkSession;

/** The one Spark session of a test JVM, with two threads. */
public final class SparkSessions {
  private static SparkSession session;

  private SparkSessions() {}

  /** The session, started where there is none or where a command under test has stopped it. */
  public static synchronized SparkSession local() {
    if (session == null || session.sparkContext().isStopped()) {
      session =
          SparkSession.builder()
              .master("local[2]")
              .appName("codonloom tests")
              .config("spark.ui.enabled", false)
              .config("spark.driver.bindAddress", "127.0.0.1")
              .config("spark.driver.host", "127.0.0.1")
              .config("spark.sql.shuffle.partitions", 4)
              .config(
                  "spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir") + "/codonloom-wh")
              .getOrCreate();
      session.sparkContext().setLogLevel("WARN");
    }
    return session;
  }
}
