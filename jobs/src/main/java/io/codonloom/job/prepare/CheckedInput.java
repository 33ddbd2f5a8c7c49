package io.codonloom.job.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.when;

import com.google.common.base.Throwables;
import io.codonloom.UserException;
import io.codonloom.config.Split;
import io.codonloom.input.InputTable;
import io.codonloom.input.PlaceSet;
import io.codonloom.sequence.Rule;
import io.codonloom.workspace.TableColumns;
import java.io.EOFException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipException;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.spark.SparkException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * The checked rows of an input, without the texts of the accepted ones: kept on the executors (in
 * memory, or on disk where that is full) until it is closed. The texts are read from the input a
 * second time, and only those that a table is to hold.
 */
final class CheckedInput implements AutoCloseable {
  private static final String FIRST_PLACE = "first_place";

  private Dataset<Row> fields;
  private Dataset<Row> checked;
  private final List<PartChooser> dividers;
  private Dataset<Row> rows;
  private RuleCounts tally;
  private Overlaps census;
  private Optional<PlaceSet.OnExecutors> repeated = Optional.empty();

  /** Reads and checks everything. */
  CheckedInput(InputTable input, Dataset<Row> fields, RowCheck check, List<Split> splits) {
    try {
      check(fields, check);
      readAcrossLines(input, check);
      tally
          .lines()
          .unreadable()
          .ifPresent(
              number -> {
                throw input.unreadable(number);
              });
      if (tally.rows() == 0) {
        throw new UserException(input.location() + " holds no rows besides the header");
      }
      dividers = PartChooser.of(splits, Measurement.of(rows));
      census = new Overlaps(Measurement.of(rows), dividers);
      if (census.repeatedIds() > 0) {
        refuseRepeated();
      }
    } catch (Exception e) { // Checked ones come through Scala, too.
      close();
      throw explained(input, e);
    }
  }

  private void check(Dataset<Row> read, RowCheck check) {
    fields = read;
    checked =
        fields.map(check, Encoders.row(RowCheck.SCHEMA)).persist(StorageLevel.MEMORY_AND_DISK());
    rows = checked;
    tally = new RuleCounts(rows);
  }

  /** A file that is found to have fields with line breaks is read again, in one piece. */
  private void readAcrossLines(InputTable input, RowCheck check) {
    Set<Integer> files = tally.lines().acrossLines();
    if (!files.isEmpty()) {
      checked.unpersist();
      check(input.inOnePiece(files).rows(check.wanted(), check.optional()), check);
    }
  }

  private void refuseRepeated() {
    Dataset<Row> first =
        checked
            .groupBy(TableColumns.ROW_ID)
            .agg(count(lit(1)).as("n"), min(RowCheck.PLACE).as(FIRST_PLACE))
            .where("n > 1")
            .drop("n");
    Dataset<Row> later =
        checked
            .join(first, TableColumns.ROW_ID)
            .where(col(RowCheck.PLACE).gt(col(FIRST_PLACE)))
            .select(RowCheck.PLACE);
    PlaceSet.OnExecutors places = PlaceSet.collect(later).broadcast(checked.sparkSession());
    repeated = Optional.of(places);
    rows =
        checked.withColumn(
            RowCheck.REFUSED,
            when(
                    places.contains(col(RowCheck.PLACE)),
                    col(RowCheck.REFUSED).bitwiseOR(lit(RuleBits.of(Rule.DUPLICATE_ROW_ID))))
                .otherwise(col(RowCheck.REFUSED)));
    tally = new RuleCounts(rows);
    census = new Overlaps(Measurement.of(rows), dividers);
  }

  private static RuntimeException explained(InputTable input, Exception e) {
    Optional<Throwable> users =
        Throwables.getCausalChain(e).stream().filter(UserException.class::isInstance).findFirst();
    if (users.isPresent()) {
      return (UserException) users.get();
    }
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

  /** The rows as they were read, texts and all: {@link InputTable#SCHEMA}. */
  Dataset<Row> fields() {
    return fields;
  }

  /** {@link RowCheck#SCHEMA}, with later rows of an id refused. */
  Dataset<Row> rows() {
    return rows;
  }

  Dataset<Row> accepted() {
    return rows.where(col(RowCheck.REFUSED).equalTo(0));
  }

  /** The rows that are refused for their repeated ids, if there are any. */
  Optional<PlaceSet.OnExecutors> repeated() {
    return repeated;
  }

  RuleCounts tally() {
    return tally;
  }

  Overlaps census() {
    return census;
  }

  /** The splits in the order in which they were asked for. */
  List<PartChooser> dividers() {
    return dividers;
  }

  /** A row for a message: its number and id. */
  String describe(long place) {
    Row row = rows.where(col(RowCheck.PLACE).equalTo(place)).select(TableColumns.ROW_ID).first();
    return "row " + tally.rowNumber(place) + " (" + row.getString(0) + ")";
  }

  @Override
  public void close() {
    checked.unpersist();
  }
}
