package io.codonloom.job.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.codonloom.UserException;
import io.codonloom.metric.Bootstrap;
import io.codonloom.metric.PartScores;
import io.codonloom.metric.Units;
import io.codonloom.sequence.Modality;
import io.codonloom.workspace.ModalityColumns;
import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.TableReader;
import io.codonloom.workspace.TableWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
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
import org.apache.spark.storage.StorageLevel;
import scala.collection.JavaConverters;

/**
 * A run's predictions: {@code row_id}, {@code sequence_id}, {@code part}, {@code label}, {@code
 * prediction} in the label's units, {@code probabilities} of the classes, null for a regression,
 * and one attention weight for each modality, null where the network does not read it. Of a
 * classification label and prediction are indices of classes.
 */
final class PredictionTable {

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
  void write(JavaRDD<RowPrediction> predictions, Dataset<Row> examples, List<Modality> modalities) {
    StructType schema =
        new StructType()
            .add(ExampleTable.ROW, DataTypes.IntegerType, false)
            .add(TableColumns.PREDICTION, DataTypes.DoubleType, false)
            .add(
                TableColumns.PROBABILITIES, DataTypes.createArrayType(DataTypes.DoubleType, false));
    for (Modality modality : modalities) {
      schema = schema.add(ModalityColumns.attention(modality), DataTypes.DoubleType, false);
    }
    // Sorting looks at the rows twice.
    JavaRDD<Row> rows =
        predictions.map(PredictionTable::row).persist(StorageLevel.MEMORY_AND_DISK());
    Dataset<Row> values = spark.createDataFrame(rows, schema);
    List<Column> columns = new ArrayList<>();
    for (String name :
        List.of(
            TableColumns.ROW_ID,
            TableColumns.SEQUENCE_ID,
            TableColumns.PART,
            TableColumns.LABEL,
            TableColumns.PREDICTION,
            TableColumns.PROBABILITIES)) {
      columns.add(col(name));
    }
    for (Modality modality : Modality.values()) {
      columns.add(
          modalities.contains(modality)
              ? col(ModalityColumns.attention(modality))
              : lit(null).cast(DataTypes.DoubleType).as(ModalityColumns.attention(modality)));
    }
    TableWriter.replace(
        examples
            .join(values, ExampleTable.ROW)
            .orderBy(ExampleTable.ROW)
            .select(columns.toArray(Column[]::new)),
        folder);
    rows.unpersist();
  }

  private static Row row(RowPrediction prediction) {
    Object[] values = new Object[3 + prediction.attention().length];
    values[0] = prediction.row();
    values[1] = prediction.value();
    values[2] =
        prediction.probabilities().length == 0
            ? null
            : JavaConverters.asScalaBuffer(
                Arrays.stream(prediction.probabilities()).boxed().toList());
    for (int m = 0; m < prediction.attention().length; m++) {
      values[3 + m] = (double) prediction.attention()[m];
    }
    return RowFactory.create(values);
  }

  /**
   * The scores of each part, over the rows in the order of their ids.
   *
   * @param parts with how many rows each has
   * @param classes how many there are; 0 for a regression
   * @param unit what the split keeps together
   */
  Map<String, PartScores> scores(
      Map<String, Long> parts,
      int classes,
      String unit,
      CovariateTable covariates,
      Bootstrap bootstrap) {
    Map<String, PartScores> scores = new TreeMap<>();
    parts.forEach(
        (part, count) ->
            scores.put(
                part, scores(part, Math.toIntExact(count), classes, unit, covariates, bootstrap)));
    return scores;
  }

  private PartScores scores(
      String part,
      int count,
      int classes,
      String unit,
      CovariateTable covariates,
      Bootstrap bootstrap) {
    double[] labels = new double[count];
    long[] units = new long[count];
    int width = classes == 0 ? 1 : classes;
    double[] predictions = new double[count * width];
    Map<String, String[]> values = new LinkedHashMap<>();
    covariates.names().forEach(name -> values.put(name, new String[count]));
    // A covariate has few values and many rows.
    Map<String, String> once = new HashMap<>();
    Iterator<Row> rows =
        covariates
            .join(TableReader.read(spark, folder).where(col(TableColumns.PART).equalTo(part)))
            .orderBy(TableColumns.ROW_ID)
            .toLocalIterator();
    for (int i = 0; rows.hasNext(); i++) {
      Row row = rows.next();
      labels[i] = row.<Double>getAs(TableColumns.LABEL);
      units[i] = row.<Long>getAs(CovariateTable.UNIT);
      double prediction = row.<Double>getAs(TableColumns.PREDICTION);
      if (!Double.isFinite(prediction)) {
        throw new UserException(
            "the prediction for row %s of part %s is %s: look at its sequence and embeddings, or lower train.learning-rate"
                .formatted(row.getAs(TableColumns.ROW_ID), part, prediction));
      }
      if (classes == 0) {
        predictions[i] = prediction;
      } else {
        List<Double> probabilities = row.getList(row.fieldIndex(TableColumns.PROBABILITIES));
        for (int c = 0; c < classes; c++) {
          predictions[i * width + c] = probabilities.get(c);
        }
      }
      for (int c = 0; c < covariates.names().size(); c++) {
        String value = row.getAs(CovariateTable.column(c));
        values.get(covariates.names().get(c))[i] =
            value == null ? null : once.computeIfAbsent(value, same -> same);
      }
    }
    return PartScores.of(bootstrap, classes, labels, predictions, Units.of(unit, units), values);
  }
}
