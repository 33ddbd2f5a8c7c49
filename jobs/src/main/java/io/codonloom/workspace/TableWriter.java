package io.codonloom.workspace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Writes tables as Parquet with zstd. A writing job that dies leaves no manifest: nothing takes
 * what it wrote for finished.
 */
public final class TableWriter {
  /** Smaller than Parquet's own: several tasks write at once in a heap of 1 GiB. */
  private static final long ROW_GROUP_BYTES = 32L << 20;

  /** One writer for each partition value in place of sorting all rows by it. */
  private static final String OPEN_WRITERS = "spark.sql.maxConcurrentOutputFileWriters";

  private TableWriter() {}

  /** The folder of one partition: {@code table/name=value}. */
  public static Path partition(Path table, String name, String value) {
    return new Path(table, name + "=" + value);
  }

  /** Replaces one folder. */
  public static void replace(Dataset<Row> rows, Path folder) {
    rows.write()
        .mode("overwrite")
        .option("compression", "zstd")
        .option("parquet.block.size", ROW_GROUP_BYTES)
        .parquet(folder.toString());
  }

  /**
   * Adds the folders of all partition values that occur; each must not exist.
   *
   * @param partitions the columns to partition by, with few values
   * @param unique columns whose values hardly repeat, so that a dictionary of them is of no use
   */
  public static void add(
      Dataset<Row> rows, Path table, List<String> partitions, List<String> unique) {
    Runnable reset = SessionSetting.set(rows.sparkSession(), OPEN_WRITERS, "16");
    try {
      var writer =
          rows.write()
              .mode("overwrite")
              .option("partitionOverwriteMode", "dynamic")
              .option("compression", "zstd")
              .option("parquet.block.size", ROW_GROUP_BYTES);
      for (String column : unique) {
        writer = writer.option("parquet.enable.dictionary#" + column, false);
      }
      writer.partitionBy(partitions.toArray(String[]::new)).parquet(table.toString());
    } finally {
      reset.run();
    }
  }

  /** How many rows the Parquet files in a folder hold, by what they say at their ends. */
  public static long rows(Configuration conf, Path folder) throws IOException {
    List<FileStatus> files = new ArrayList<>();
    RemoteIterator<LocatedFileStatus> found = folder.getFileSystem(conf).listFiles(folder, true);
    while (found.hasNext()) {
      FileStatus file = found.next();
      if (file.getPath().getName().endsWith(".parquet")) {
        files.add(file);
      }
    }
    return files.parallelStream().mapToLong(file -> rows(conf, file)).sum();
  }

  private static long rows(Configuration conf, FileStatus file) {
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromStatus(file, conf))) {
      return reader.getRecordCount();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes a folder, if it is there. */
  public static void delete(Configuration conf, Path folder) throws IOException {
    folder.getFileSystem(conf).delete(folder, true);
  }
}
