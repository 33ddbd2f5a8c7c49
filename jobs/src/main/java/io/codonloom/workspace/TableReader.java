package io.codonloom.workspace;

import io.codonloom.input.LiteralPath;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Reads tables by their folders, whatever letters their names have, to the last row or not at all.
 */
public final class TableReader {
  private TableReader() {}

  /** A table, or a partition of one. */
  public static Dataset<Row> read(SparkSession spark, Path folder) {
    return strict(spark).parquet(path(folder));
  }

  /** A reader that passes over no file. */
  public static DataFrameReader strict(SparkSession spark) {
    return spark
        .read()
        .option("ignoreCorruptFiles", false)
        .option("ignoreMissingFiles", false)
        .option("mergeSchema", false);
  }

  /** The folder as Spark's readers want it. */
  public static String path(Path folder) {
    return LiteralPath.escaped(folder.toString());
  }
}
