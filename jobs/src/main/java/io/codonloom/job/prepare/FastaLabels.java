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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Joins the records of a FASTA with the rows of its label file, by id. */
final class FastaLabels {
  private static final int SAMPLE = 1000;
  private static final String ID = "id";
  private static final String VALUES = "values";
  private static final String BAD = "bad";

  private final Dataset<Row> rows;
  private final int width;
  private final int own;

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
    file.ifPresent(this::requireDistinctIds);
  }

  /** As {@link CheckedInput} does with the rows of the input itself. */
  private static Dataset<Row> read(InputTable file, List<String> wanted, List<String> optional) {
    Dataset<Row> rows = file.rows(wanted, optional);
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
              throw file.unreadable(number);
            });
    return lines.acrossLines().isEmpty()
        ? rows
        : file.inOnePiece(lines.acrossLines()).rows(wanted, optional);
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
   */
  boolean differByVersion(Dataset<Row> records) {
    Dataset<Row> alone =
        rows.select(ID)
            .join(
                records.select(expr("fields[0]").as("record")),
                col(ID).equalTo(col("record")),
                "left_anti")
            .limit(SAMPLE)
            .select(withoutVersion(ID).as("without"));
    Row counts =
        alone
            .join(
                records.select(withoutVersion("fields[0]").as("record")).distinct(),
                col("without").equalTo(col("record")),
                "left_outer")
            .agg(count(lit(1)), count(col("record")))
            .first();
    return 2 * counts.getLong(1) > counts.getLong(0);
  }

  /** How many rows of the file have an id that no record has. */
  long withoutRecord(Dataset<Row> records) {
    return rows.join(
            records.select(expr("fields[0]").as("record")),
            col(ID).equalTo(col("record")),
            "left_anti")
        .count();
  }
}
