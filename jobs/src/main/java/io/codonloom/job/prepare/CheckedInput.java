package io.codonloom.job.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.when;

import com.google.common.base.Throwables;
import io.codonloom.UserException;
import io.codonloom.sequence.Rule;
import io.codonloom.table.InputTable;
import io.codonloom.table.SessionSetting;
import io.codonloom.table.TableColumns;
import java.io.EOFException;
import java.util.zip.ZipException;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.spark.SparkException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * The checked rows of an input, read once and kept on the executors (in memory, or on disk where
 * that is full) until it is closed.
 */
final class CheckedInput implements AutoCloseable {
  private static final String COMPRESSED_CACHE = "spark.sql.inMemoryColumnarStorage.compressed";
  private static final String FIRST_PLACE = "first_place";

  private final Dataset<Row> checked;
  private final Dataset<Row> duplicates;
  private final Dataset<Row> rows;
  private final Tally tally;

  /** Reads and checks everything. */
  CheckedInput(InputTable input, Dataset<Row> fields, RowCheck check) {
    // Looking for repetitions in every cached sequence costs more than it saves.
    Runnable reset = SessionSetting.set(fields.sparkSession(), COMPRESSED_CACHE, "false");
    checked =
        fields.map(check, Encoders.row(RowCheck.SCHEMA)).persist(StorageLevel.MEMORY_AND_DISK());
    duplicates =
        checked
            .where(col(TableColumns.ROW_ID).isNotNull())
            .groupBy(TableColumns.ROW_ID)
            .agg(count(lit(1)).as("n"), min(RowCheck.PLACE).as(FIRST_PLACE))
            .where("n > 1")
            .drop("n")
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      rows = duplicates.isEmpty() ? checked : withoutDuplicates();
      tally = new Tally(rows);
    } catch (Exception e) { // Checked ones come through Scala, too.
      close();
      throw explained(input, e);
    } finally {
      reset.run();
    }
    if (tally.rows() == 0) {
      close();
      throw new UserException(input.location() + " holds no rows besides the header");
    }
  }

  private Dataset<Row> withoutDuplicates() {
    return checked
        .join(
            duplicates,
            checked.col(TableColumns.ROW_ID).equalTo(duplicates.col(TableColumns.ROW_ID)),
            "left_outer")
        .drop(duplicates.col(TableColumns.ROW_ID))
        .withColumn(
            RowCheck.REFUSED,
            when(
                    col(RowCheck.PLACE).gt(col(FIRST_PLACE)),
                    col(RowCheck.REFUSED).bitwiseOR(lit(RuleBits.of(Rule.DUPLICATE_ROW_ID))))
                .otherwise(col(RowCheck.REFUSED)));
  }

  private static RuntimeException explained(InputTable input, Exception e) {
    Throwable root = Throwables.getRootCause(e);
    if (e instanceof SparkException
        && (root instanceof ZipException
            || root instanceof EOFException
            || root instanceof ChecksumException)) {
      return new UserException(
          "a file of " + input.location() + " is damaged or cut off: " + root.getMessage(), e);
    }
    Throwables.throwIfUnchecked(e);
    return new IllegalStateException(e);
  }

  /** {@link RowCheck#SCHEMA}, with later rows of an id refused. */
  Dataset<Row> rows() {
    return rows;
  }

  Dataset<Row> accepted() {
    return rows.where(col(RowCheck.REFUSED).equalTo(0));
  }

  /** The accepted rows as {@link SplitWriter} reads them. */
  Dataset<Row> forSplits() {
    return accepted()
        .select(
            TableColumns.ROW_ID,
            TableColumns.SEQUENCE_ID,
            RowCheck.PROTEIN_KEY,
            RowCheck.GROUP,
            TableColumns.PART);
  }

  Tally tally() {
    return tally;
  }

  /** Distinct sequences among all rows before any policy, and among the accepted rows. */
  long[] distinctSequences() {
    Row counts =
        rows.agg(
                countDistinct(col(RowCheck.GIVEN_ID)),
                countDistinct(
                    when(col(RowCheck.REFUSED).equalTo(0), col(TableColumns.SEQUENCE_ID))))
            .first();
    return new long[] {counts.getLong(0), counts.getLong(1)};
  }

  /** A row for a message: its number and id. */
  String describe(long place) {
    Row row = rows.where(col(RowCheck.PLACE).equalTo(place)).select(TableColumns.ROW_ID).first();
    return "row " + tally.rowNumber(place) + " (" + row.getString(0) + ")";
  }

  @Override
  public void close() {
    duplicates.unpersist();
    checked.unpersist();
  }
}
