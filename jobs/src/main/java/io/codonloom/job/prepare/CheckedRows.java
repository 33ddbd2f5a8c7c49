package io.codonloom.job.prepare;

import io.codonloom.workspace.TableReader;
import io.codonloom.workspace.TableWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * Where checked rows stay until the tables are written from them, so that the input is read and
 * checked once and no memory has to hold it.
 */
interface CheckedRows {
  /** Keeps rows of {@link RowCheck#SCHEMA}. */
  Kept keep(Dataset<Row> rows);

  /**
   * Rows that may be read as often as wanted until they are closed.
   *
   * @param written how many there must be, if that is known
   */
  record Kept(Dataset<Row> rows, OptionalLong written, Runnable release) implements AutoCloseable {
    @Override
    public void close() {
      release.run();
    }
  }

  /**
   * In files that all executors see: no row is read again when an executor is lost, and what a
   * second attempt at a task has written takes the place of what the first has.
   *
   * @param folders a new one for each call
   */
  static CheckedRows inFiles(SparkSession spark, Supplier<Path> folders) {
    return rows -> {
      Path folder = folders.get();
      try {
        long written =
            TableWriter.add(rows, folder, List.of(), RowCheck.UNIQUE).values().stream()
                .mapToLong(Long::longValue)
                .sum();
        return new Kept(
            TableReader.strict(spark).schema(RowCheck.SCHEMA).parquet(TableReader.path(folder)),
            OptionalLong.of(written),
            () -> delete(spark, folder));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  private static void delete(SparkSession spark, Path folder) {
    try {
      TableWriter.delete(spark.sparkContext().hadoopConfiguration(), folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** On the executors' disks, where nothing of the workspace may be touched. */
  static CheckedRows onExecutors() {
    return rows -> {
      Dataset<Row> kept = rows.persist(StorageLevel.DISK_ONLY());
      return new Kept(kept, OptionalLong.empty(), kept::unpersist);
    };
  }
}
