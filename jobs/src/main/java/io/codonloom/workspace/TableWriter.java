package io.codonloom.workspace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Writes tables as Parquet with zstd: a file for each Spark partition that has rows, whole under a
 * final name of its own, and nothing else in the folder. No committer of Hadoop's or Spark's has a
 * part in it, and no setting of either a say.
 */
public final class TableWriter {
  private TableWriter() {}

  /** The folder of one partition: {@code table/name=value}. */
  public static Path partition(Path table, String name, String value) {
    return new Path(table, name + "=" + value);
  }

  /**
   * Replaces one folder: what it held goes when the new files are there. In between it holds both,
   * so whoever reads it must wait for a manifest.
   *
   * @return how many rows it holds
   */
  public static long replace(Dataset<Row> rows, Path folder) {
    try {
      FileSystem fs = folder.getFileSystem(conf(rows));
      FileStatus[] former = fs.exists(folder) ? fs.listStatus(folder) : new FileStatus[0];
      long count = add(rows, folder, List.of(), Set.of()).getOrDefault("", 0L);
      for (FileStatus one : former) {
        fs.delete(one.getPath(), true);
      }
      return count;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Adds files to the folders of all partition values that occur.
   *
   * @param partitions the text columns to partition by, with few values
   * @param unique columns whose values hardly repeat, so that a dictionary of them is of no use
   * @return how many rows were added, by folder: {@code name=value/name=value}, empty without
   *     partitions
   */
  public static Map<String, Long> add(
      Dataset<Row> rows, Path table, List<String> partitions, Set<String> unique)
      throws IOException {
    PartitionWriter writer =
        new PartitionWriter(
            rows.schema(),
            table.toString(),
            new ArrayList<>(partitions),
            new HashSet<>(unique),
            UUID.randomUUID().toString(),
            new SerializableConfiguration(conf(rows)));
    Map<String, Long> counts = new TreeMap<>();
    List<Map<String, Long>> written =
        rows.queryExecution().toRdd().toJavaRDD().mapPartitionsWithIndex(writer, false).collect();
    written.forEach(one -> one.forEach((folder, count) -> counts.merge(folder, count, Long::sum)));
    if (counts.isEmpty() && partitions.isEmpty()) {
      counts.putAll(writer.writeEmpty());
    }
    return counts;
  }

  private static Configuration conf(Dataset<Row> rows) {
    return rows.sparkSession().sparkContext().hadoopConfiguration();
  }

  /** Deletes a folder, if it is there. */
  public static void delete(Configuration conf, Path folder) throws IOException {
    folder.getFileSystem(conf).delete(folder, true);
  }
}
