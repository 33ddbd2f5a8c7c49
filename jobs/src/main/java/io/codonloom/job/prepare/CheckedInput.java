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
import io.codonloom.job.prepare.CheckedRows.Kept;
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

/**
 * The rows of an input, each read and checked once, with all that is counted over them. They are
 * {@linkplain CheckedRows kept} until this is closed.
 */
final class CheckedInput implements AutoCloseable {
  private static final String FIRST_PLACE = "first_place";

  private final CheckedRows keeper;
  private final List<PartChooser> dividers;
  private Optional<Kept> kept = Optional.empty();
  private Dataset<Row> rows;
  private RuleCounts tally;
  private Overlaps census;

  /** Reads and checks everything. */
  CheckedInput(
      InputTable input,
      Dataset<Row> fields,
      RowCheck check,
      List<Split> splits,
      CheckedRows keeper) {
    this.keeper = keeper;
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

  private void check(Dataset<Row> fields, RowCheck check) {
    Kept now = keeper.keep(fields.map(check, Encoders.row(RowCheck.SCHEMA)));
    kept = Optional.of(now);
    rows = now.rows();
    tally = new RuleCounts(rows);
    if (now.written().isPresent() && now.written().getAsLong() != tally.rows()) {
      throw new IllegalStateException(
          "of %d checked rows %d are there".formatted(now.written().getAsLong(), tally.rows()));
    }
  }

  /**
   * A file that is found to have fields with line breaks is read again, in one piece: its lines,
   * each looked at by itself, are no rows.
   */
  private void readAcrossLines(InputTable input, RowCheck check) {
    Set<Integer> files = tally.lines().acrossLines();
    if (!files.isEmpty()) {
      close();
      check(input.inOnePiece(files).rows(check.wanted(), check.optional()), check);
    }
  }

  private void refuseRepeated() {
    Dataset<Row> first =
        rows.groupBy(TableColumns.ROW_ID)
            .agg(count(lit(1)).as("n"), min(RowCheck.PLACE).as(FIRST_PLACE))
            .where("n > 1")
            .drop("n");
    Dataset<Row> later =
        rows.join(first, TableColumns.ROW_ID)
            .where(col(RowCheck.PLACE).gt(col(FIRST_PLACE)))
            .select(RowCheck.PLACE);
    PlaceSet.OnExecutors places = PlaceSet.collect(later).broadcast(rows.sparkSession());
    rows =
        rows.withColumn(
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

  /** {@link RowCheck#SCHEMA}, with later rows of an id refused. */
  Dataset<Row> rows() {
    return rows;
  }

  Dataset<Row> accepted() {
    return rows.where(col(RowCheck.REFUSED).equalTo(0));
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
    kept.ifPresent(Kept::close);
    kept = Optional.empty();
  }
}
