package io.codonloom.job.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.codonloom.UserException;
import io.codonloom.config.TextLayout;
import io.codonloom.input.InputTable;
import io.codonloom.input.LineCensus;
import io.codonloom.input.LineState;
import io.codonloom.workspace.TableColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Joins the records of a FASTA with the rows of its label file, by id. The file is read once: its
 * rows stay on the executors' disks until this is closed.
 */
final class FastaLabels implements AutoCloseable {
  private static final int SAMPLE = 1000;
  private static final String ID = "id";
  private static final String VALUES = "values";
  private static final String BAD = "bad";

  private final Dataset<Row> rows;
  private final int width;
  private final int own;
  private Optional<Dataset<Row>> kept = Optional.empty();

  /**
   * @param file CSV, TSV or Parquet; without one no record has a label
   * @param check whose id and sequence columns the FASTA stands for; the others come from the file
   * @throws UserException if the file has an id twice
   */
  FastaLabels(
      Optional<InputTable> file,
      SparkSession spark,
      io.codonloom.config.Dataset dataset,
      RowCheck check) {
    TextLayout layout = dataset.layout();
    int own = layout.cdsInHeader() ? 4 : 2;
    List<String> wanted = new ArrayList<>(check.wanted());
    wanted.subList(1, own).clear(); // The sequence, and where its coding part is.
    this.width = wanted.size() - 1;
    this.own = own;
    this.rows =
        file.map(f -> read(f, wanted, check.optional()))
            .orElseGet(() -> spark.createDataFrame(List.of(), InputTable.SCHEMA))
            .select(
                (layout.stripIdVersion()
                        ? withoutVersion("trim(fields[0])")
                        : expr("trim(fields[0])"))
                    .as(ID),
                col(InputTable.MALFORMED).as(BAD),
                expr("slice(fields, 2, " + width + ")").as(VALUES));
    try {
      file.ifPresent(this::requireDistinctIds);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  @Override
  public void close() {
    kept.ifPresent(Dataset::unpersist);
  }

  /** As {@link CheckedInput} does with the rows of the input itself. */
  private Dataset<Row> read(InputTable file, List<String> wanted, List<String> optional) {
    Dataset<Row> rows = keep(file.rows(wanted, optional));
    LineCensus lines = new LineCensus();
    rows.where(col(InputTable.LINE_STATE).notEqual(LineState.PLAIN.code()))
        .groupBy(InputTable.BLOCK, InputTable.LINE_STATE)
        .count()
        .collectAsList()
        .forEach(row -> lines.add(row.getLong(0), LineState.of(row.getInt(1)), row.getLong(2)));
    lines
        .unreadable()
        .ifPresent(
            number -> {
              close();
              throw file.unreadable(number);
            });
    if (lines.acrossLines().isEmpty()) {
      return rows;
    }
    close();
    return keep(file.inOnePiece(lines.acrossLines()).rows(wanted, optional));
  }

  private Dataset<Row> keep(Dataset<Row> rows) {
    kept = Optional.of(rows.persist(StorageLevel.DISK_ONLY()));
    return rows;
  }

  private void requireDistinctIds(InputTable file) {
    List<Row> twice =
        rows.where(col(ID).isNotNull())
            .groupBy(ID)
            .agg(count(lit(1)).as("n"))
            .where("n > 1")
            .orderBy(ID)
            .takeAsList(1);
    if (!twice.isEmpty()) {
      throw new UserException(
          file.location()
              + " has "
              + twice.get(0).getLong(1)
              + " rows with the id "
              + twice.get(0).getString(0)
              + ": each record of the FASTA can have one label");
    }
  }

  /** Records with the fields that {@link RowCheck} reads; null where the file has no such id. */
  Dataset<Row> join(Dataset<Row> records) {
    StructType schema = InputTable.SCHEMA;
    return records
        .join(rows, expr("fields[0]").equalTo(col(ID)), "left_outer")
        .select(
            col(InputTable.BLOCK),
            col(InputTable.INDEX),
            col(BAD).as(InputTable.MALFORMED),
            col(InputTable.LINE_STATE),
            concat(
                    expr("slice(fields, 1, " + own + ")"),
                    expr(
                        "coalesce("
                            + VALUES
                            + ", array_repeat(cast(null as string), "
                            + width
                            + "))"))
                .as(InputTable.FIELDS))
        .as(Encoders.row(schema));
  }

  private static Column withoutVersion(String id) {
    return expr("regexp_replace(" + id + ", '(?<=.)[.][0-9]+$', '')");
  }

  /**
   * Whether rows of the file whose id no record has would have one if ids had no version, of the
   * first thousand most.
   *
   * @param checked the joined records, of {@link RowCheck#SCHEMA}
   */
  boolean differByVersion(Dataset<Row> checked) {
    Dataset<Row> alone =
        withoutRecord(checked).limit(SAMPLE).select(withoutVersion(ID).as("without"));
    Row counts =
        alone
            .join(
                checked.select(withoutVersion(TableColumns.ROW_ID).as("record")).distinct(),
                col("without").equalTo(col("record")),
                "left_outer")
            .agg(count(lit(1)), count(col("record")))
            .first();
    return 2 * counts.getLong(1) > counts.getLong(0);
  }

  /**
   * How many rows of the file have an id that no record has.
   *
   * @param checked the joined records, of {@link RowCheck#SCHEMA}
   */
  long countWithoutRecord(Dataset<Row> checked) {
    return withoutRecord(checked).count();
  }

  private Dataset<Row> withoutRecord(Dataset<Row> checked) {
    return rows.select(ID).join(checked, col(ID).equalTo(col(TableColumns.ROW_ID)), "left_anti");
  }
}
