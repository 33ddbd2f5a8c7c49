package io.codonloom.job.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.codonloom.UserException;
import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.TableReader;
import io.codonloom.workspace.TableWriter;
import io.codonloom.workspace.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What scores are given by: what the labels table keeps beside the labels, and how near a row's
 * protein is to the training's, where the split says so; and what the split keeps together.
 */
final class CovariateTable {
  /** A number for what a row is kept together with, the same for all rows of that. */
  static final String UNIT = "unit_id";

  private static final String SIMILARITY = "similarity to training";

  /** Where the ranges of similarity end. */
  private static final double[] ENDS = {0.05, 0.2, 0.5, 0.8, 1};

  private final SparkSession spark;
  private final Path labels;
  private final List<String> names;
  private final Dataset<Row> units;
  private final Optional<Dataset<Row>> nearest;

  /**
   * @throws UserException if the split was written by a version that did not keep what it keeps
   *     together
   */
  CovariateTable(
      SparkSession spark, Workspace workspace, io.codonloom.config.Dataset dataset, String split) {
    this.spark = spark;
    Dataset<Row> rows = TableReader.read(spark, folder(workspace, dataset.name(), split));
    if (!List.of(rows.columns()).contains(TableColumns.UNIT)) {
      throw new UserException(
          "split %s of dataset %s was written by an earlier version, without what it keeps together; run prepare again"
              .formatted(split, dataset.name()));
    }
    this.units = rows.select(col(TableColumns.ROW_ID), xxhash64(col(TableColumns.UNIT)).as(UNIT));
    this.nearest = nearest(rows);
    this.labels = TableWriter.partition(workspace.labels(), TableColumns.DATASET, dataset.name());
    this.names = new ArrayList<>(dataset.columns().covariates());
    nearest.ifPresent(known -> names.add(SIMILARITY));
  }

  /** The range in which each row's similarity lies; empty where the split has none. */
  private static Optional<Dataset<Row>> nearest(Dataset<Row> rows) {
    Dataset<Row> known = rows.where(col(TableColumns.NEAREST).isNotNull());
    if (known.isEmpty()) {
      return Optional.empty();
    }
    Column range = lit(null);
    for (int i = 0; i < ENDS.length; i++) {
      double start = i == 0 ? 0 : ENDS[i - 1];
      range =
          when(
                  col(TableColumns.NEAREST).geq(start),
                  String.format(Locale.ROOT, "%.2f to %.2f", start, ENDS[i]))
              .otherwise(range);
    }
    return Optional.of(known.select(col(TableColumns.ROW_ID), range.as(SIMILARITY)));
  }

  private static Path folder(Workspace workspace, String dataset, String split) {
    return TableWriter.partition(
        TableWriter.partition(workspace.splits(), TableColumns.DATASET, dataset),
        TableColumns.SPLIT,
        split);
  }

  /** The covariates' names. */
  List<String> names() {
    return names;
  }

  /**
   * The rows with {@link #UNIT} and a further column for each covariate, null where a row has no
   * value.
   */
  Dataset<Row> join(Dataset<Row> predictions) {
    String[] key = {TableColumns.ROW_ID};
    Dataset<Row> rows = predictions.join(units, key);
    int labelled = names.size() - (nearest.isPresent() ? 1 : 0);
    Dataset<Row> known =
        nearest.isEmpty()
            ? rows
            : rows.join(
                nearest.get().withColumnRenamed(SIMILARITY, column(labelled)),
                new String[] {TableColumns.ROW_ID},
                "left");
    if (labelled == 0) {
      return known;
    }
    List<Column> columns = new ArrayList<>(List.of(col(TableColumns.ROW_ID)));
    for (int i = 0; i < labelled; i++) {
      columns.add(col(TableColumns.COVARIATES).getItem(names.get(i)).as(column(i)));
    }
    return known.join(
        TableReader.read(spark, labels).select(columns.toArray(Column[]::new)),
        new String[] {TableColumns.ROW_ID},
        "left");
  }

  /** The name of a covariate's column: its own may be that of another column. */
  static String column(int covariate) {
    return "covariate_" + covariate;
  }
}
