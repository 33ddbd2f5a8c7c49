package io.codonloom.job.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.codonloom.sequence.Modality;
import io.codonloom.table.TableColumns;
import io.codonloom.table.TableWriter;
import io.codonloom.training.Bootstrap;
import io.codonloom.training.Metric;
import io.codonloom.training.Score;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A run's predictions: {@code row_id}, {@code sequence_id}, {@code part}, {@code label}, {@code
 * prediction} in the label's units, and one attention weight for each modality, null where the
 * network does not read it.
 */
final class PredictionTable {
  private static final String PREDICTION = "prediction";

  private final SparkSession spark;
  private final Path folder;

  PredictionTable(SparkSession spark, Path folder) {
    this.spark = spark;
    this.folder = folder;
  }

  /**
   * Writes the table.
   *
   * @param modalities in the order of the attention weights
   */
  void write(JavaRDD<RowForecast> forecasts, Dataset<Row> examples, List<Modality> modalities) {
    StructType schema =
        new StructType()
            .add(ExampleTable.ROW, DataTypes.IntegerType, false)
            .add(PREDICTION, DataTypes.DoubleType, false);
    for (Modality modality : modalities) {
      schema = schema.add(attention(modality), DataTypes.DoubleType, false);
    }
    Dataset<Row> values = spark.createDataFrame(forecasts.map(PredictionTable::row), schema);
    List<Column> columns = new ArrayList<>();
    for (String name :
        List.of(
            TableColumns.ROW_ID,
            TableColumns.SEQUENCE_ID,
            TableColumns.PART,
            TableColumns.LABEL,
            PREDICTION)) {
      columns.add(col(name));
    }
    for (Modality modality : Modality.values()) {
      columns.add(
          modalities.contains(modality)
              ? col(attention(modality))
              : lit(null).cast(DataTypes.DoubleType).as(attention(modality)));
    }
    TableWriter.replace(
        examples
            .join(values, ExampleTable.ROW)
            .orderBy(ExampleTable.ROW)
            .select(columns.toArray(Column[]::new)),
        folder);
  }

  private static Row row(RowForecast forecast) {
    Object[] values = new Object[2 + forecast.attention().length];
    values[0] = forecast.row();
    values[1] = forecast.value();
    for (int m = 0; m < forecast.attention().length; m++) {
      values[2 + m] = (double) forecast.attention()[m];
    }
    return RowFactory.create(values);
  }

  private static String attention(Modality modality) {
    return "attention_" + modality.id();
  }

  /** The scores of each part, over the rows in the order of their ids. */
  Map<String, List<Score>> scores(Map<String, Long> parts, Bootstrap bootstrap) {
    Map<String, List<Score>> scores = new TreeMap<>();
    parts.forEach(
        (part, count) -> {
          double[] labels = new double[Math.toIntExact(count)];
          double[] predictions = new double[labels.length];
          Iterator<Row> rows =
              spark
                  .read()
                  .parquet(folder.toString())
                  .where(col(TableColumns.PART).equalTo(part))
                  .orderBy(TableColumns.ROW_ID)
                  .select(TableColumns.LABEL, PREDICTION)
                  .toLocalIterator();
          for (int i = 0; rows.hasNext(); i++) {
            Row row = rows.next();
            labels[i] = row.getDouble(0);
            predictions[i] = row.getDouble(1);
          }
          scores.put(part, bootstrap.scores(Metric.REGRESSION, labels, predictions));
        });
    return scores;
  }
}
