package io.codonloom.input;

import io.codonloom.UserException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/** Parquet files with columns of any simple type, read as text. */
final class ParquetReader {
  private static final int FIRST_FIELD = 2;

  private final SparkSession spark;
  private final List<InputFile> files;

  ParquetReader(SparkSession spark, List<InputFile> files) {
    this.spark = spark;
    this.files = files;
  }

  Dataset<Row> rows(List<String> wanted, List<String> optional) {
    Dataset<Row> table = open();
    int[] positions =
        InputTable.locate(files.get(0).path(), List.of(table.columns()), wanted, optional);
    List<Column> columns = new ArrayList<>(Arrays.asList(InputTable.place()));
    // Parquet knows the number of a row; bytes say nothing about it where values repeat.
    columns.set(1, new Column("_metadata.row_index"));
    for (int position : positions) {
      columns.add(
          (position < 0
                  ? functions.lit(null)
                  : new Column("`" + table.columns()[position].replace("`", "``") + "`"))
              .cast(DataTypes.StringType));
    }
    RowPlace place = new RowPlace(files);
    int fields = positions.length;
    MapPartitionsFunction<Row, Row> number = rows -> Rows.map(rows, r -> toRow(r, place, fields));
    return table
        .select(columns.toArray(Column[]::new))
        .mapPartitions(number, Encoders.row(InputTable.SCHEMA));
  }

  private Dataset<Row> open() {
    try {
      return spark
          .read()
          .option("recursiveFileLookup", true)
          .parquet(InputTable.escapedPaths(files));
    } catch (Exception e) { // Checked ones are thrown through Scala, too.
      if (e instanceof SparkException || e instanceof org.apache.spark.sql.AnalysisException) {
        throw new UserException(files.get(0).path() + " is no Parquet file: " + firstLine(e), e);
      }
      throw e;
    }
  }

  private static String firstLine(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage()).lines().findFirst().orElse("");
  }

  private static Row toRow(Row row, RowPlace place, int fields) {
    place.advance(row.getString(0), 0);
    String[] values = new String[fields];
    for (int i = 0; i < fields; i++) {
      values[i] = row.getString(FIRST_FIELD + i);
    }
    return Rows.input(place.block(), row.getLong(1), null, LineState.PLAIN, values);
  }
}
