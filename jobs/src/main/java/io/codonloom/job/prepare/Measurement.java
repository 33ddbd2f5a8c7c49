package io.codonloom.job.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.codonloom.config.Columns;
import io.codonloom.workspace.TableColumns;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/**
 * What is counted over rows and divides them: rows of {@code place}, {@code row_id}, {@code
 * given_id}, {@code sequence_id}, {@code protein_key}, {@code group}, {@code part} (the value of
 * the split column), {@code file}. A row that is refused has no sequence id.
 */
final class Measurement {
  static final int PLACE = 0;
  static final int ROW_ID = 1;
  static final int GIVEN_ID = 2;
  static final int SEQUENCE_ID = 3;
  static final int PROTEIN_KEY = 4;
  static final int GROUP = 5;
  static final int PART = 6;
  static final int FILE = 7;

  private Measurement() {}

  /** From rows of {@link RowCheck#SCHEMA}. */
  static Dataset<Row> of(Dataset<Row> checked) {
    return checked.select(
        col(RowCheck.PLACE),
        col(TableColumns.ROW_ID),
        col(RowCheck.GIVEN_ID),
        when(col(RowCheck.REFUSED).equalTo(0), col(TableColumns.SEQUENCE_ID))
            .as(TableColumns.SEQUENCE_ID),
        col(RowCheck.PROTEIN_KEY),
        col(RowCheck.GROUP),
        col(TableColumns.PART),
        col(RowCheck.FILE));
  }

  /**
   * From the tables alone: without places and without what was given.
   *
   * @param proteins the sequences table of the proteins
   */
  static Dataset<Row> of(Dataset<Row> labels, Dataset<Row> proteins, Columns columns) {
    Dataset<Row> keys =
        proteins.select(
            col(TableColumns.SEQUENCE_ID), col(TableColumns.KEY).as(RowCheck.PROTEIN_KEY));
    return labels
        .join(keys, TableColumns.SEQUENCE_ID)
        .select(
            lit(0L).as(RowCheck.PLACE),
            col(TableColumns.ROW_ID),
            absent().as(RowCheck.GIVEN_ID),
            col(TableColumns.SEQUENCE_ID),
            col(RowCheck.PROTEIN_KEY),
            columns.group().map(Measurement::covariate).orElse(absent()).as(RowCheck.GROUP),
            columns.split().map(Measurement::covariate).orElse(absent()).as(TableColumns.PART),
            covariate(RowCheck.FILE_COVARIATE).as(RowCheck.FILE));
  }

  private static Column covariate(String name) {
    return col(TableColumns.COVARIATES).getItem(name);
  }

  private static Column absent() {
    return lit(null).cast(DataTypes.StringType);
  }
}
