package io.codonloom.job.predict;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.lit;

import io.codonloom.model.ModelDescription;
import io.codonloom.workspace.ModalityColumns;
import io.codonloom.workspace.TableColumns;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The input's rows with what the model says about their sequences, as the user gets them. */
final class PredictedRows {
  private final NewSequences sequences;
  private final Dataset<Row> scored;

  /**
   * @param scores of {@link SequencePredictor}, one for each distinct sequence
   */
  PredictedRows(NewSequences sequences, Dataset<Row> scores) {
    this.sequences = sequences;
    this.scored = sequences.accepted().join(scores, TableColumns.SEQUENCE_ID);
  }

  /** The predicted rows in the order of the input. A class is told by its name. */
  Dataset<Row> predictions(ModelDescription model) {
    List<Column> columns =
        new ArrayList<>(
            List.of(
                col(TableColumns.ROW_NUMBER),
                col(TableColumns.ROW_ID),
                col(TableColumns.SEQUENCE_ID)));
    List<String> classes = model.classes();
    if (classes.isEmpty()) {
      columns.add(col(TableColumns.PREDICTION));
    } else {
      Column names = array(classes.stream().map(one -> lit(one)).toArray(Column[]::new));
      columns.add(
          element_at(names, col(TableColumns.PREDICTION).cast("int").plus(1))
              .as(TableColumns.PREDICTION));
      for (int c = 0; c < classes.size(); c++) {
        columns.add(col(TableColumns.PROBABILITIES).getItem(c).as("probability_" + classes.get(c)));
      }
    }
    if (model.network().weighsModalities()) {
      model
          .dims()
          .keySet()
          .forEach(modality -> columns.add(col(ModalityColumns.attention(modality))));
    }
    return scored
        .where(col(TableColumns.REASON).isNull())
        .orderBy(TableColumns.ROW_NUMBER)
        .select(columns.toArray(Column[]::new));
  }

  /** All other rows in the order of the input: those that break a rule and those not scored. */
  Dataset<Row> refused() {
    Dataset<Row> notScored =
        scored
            .where(col(TableColumns.REASON).isNotNull())
            .select(
                col(TableColumns.ROW_NUMBER),
                col(TableColumns.ROW_ID),
                concat(lit("not_scored: "), col(TableColumns.REASON)).as(TableColumns.REASON),
                lit(null).cast("int").as(TableColumns.POSITION));
    return sequences.rejected().union(notScored).orderBy(TableColumns.ROW_NUMBER);
  }
}
