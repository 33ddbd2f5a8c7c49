package io.codonloom.job.train;

import static org.apache.spark.sql.functions.col;

import io.codonloom.table.TableColumns;
import io.codonloom.table.TableWriter;
import io.codonloom.table.Workspace;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** What the labels table keeps beside the labels. */
final class CovariateTable {
  private final SparkSession spark;
  private final String labels;
  private final List<String> names;

  CovariateTable(SparkSession spark, Workspace workspace, io.codonloom.config.Dataset dataset) {
    this.spark = spark;
    this.labels =
        TableWriter.partition(workspace.labels(), TableColumns.DATASET, dataset.name()).toString();
    this.names = dataset.columns().covariates();
  }

  /** The covariates' names. */
  List<String> names() {
    return names;
  }

  /** The rows with a further column for each covariate, null where a row has no value. */
  Dataset<Row> join(Dataset<Row> rows) {
    if (names.isEmpty()) {
      return rows;
    }
    List<Column> columns = new ArrayList<>(List.of(col(TableColumns.ROW_ID)));
    for (int i = 0; i < names.size(); i++) {
      columns.add(col(TableColumns.COVARIATES).getItem(names.get(i)).as(column(i)));
    }
    return rows.join(
        spark.read().parquet(labels).select(columns.toArray(Column[]::new)),
        new String[] {TableColumns.ROW_ID},
        "left");
  }

  /** The name of a covariate's column: its own may be that of another column. */
  static String column(int covariate) {
    return "covariate_" + covariate;
  }
}
