package io.codonloom.job.train;

import static org.apache.spark.sql.functions.col;

import io.codonloom.UserException;
import io.codonloom.table.TableColumns;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Stops a training whose loss is no finite number any more, or has exploded: is more than {@value
 * #LIMIT} times the loss of one answer for all rows.
 */
final class LossGuard {
  private static final int LIMIT = 1000;
  private static final int SHOWN = 8;

  private final String run;
  private final Dataset<Row> examples;

  /**
   * @param examples the table of {@link ExampleTable}
   */
  LossGuard(String run, Dataset<Row> examples) {
    this.run = run;
    this.examples = examples;
  }

  /** Refuses a step that met or made numbers that are not finite. */
  void check(Step step, BatchDescriptor batch) {
    if (!Double.isFinite(step.loss())) {
      throw stop("the loss became " + step.loss(), batch);
    }
    if (!step.finite()) {
      throw stop("the parameters became infinite or NaN", batch);
    }
  }

  /**
   * Refuses a mean loss over an epoch.
   *
   * @param baseline the loss of always predicting the mean label, or all classes alike
   * @param worst the batch with the highest loss
   */
  void check(double loss, double baseline, BatchDescriptor worst) {
    if (loss > LIMIT * baseline) {
      throw stop(
          "the loss exploded to %.3g, more than %d times that of one answer for all rows, most in"
              .formatted(loss, LIMIT),
          worst);
    }
  }

  /** Refuses the validation of an epoch; see the other two. */
  void check(Evaluation.Result validation, double baseline, BatchDescriptor worst) {
    if (validation.failed().length > 0) {
      throw stop(
          "the predictions of validation rows became infinite or NaN",
          new BatchDescriptor(worst.epoch(), 0, validation.failed()));
    }
    check(validation.loss(), baseline, worst);
  }

  private UserException stop(String what, BatchDescriptor batch) {
    return new UserException(
        "%s: %s in epoch %d%s (%s); %s; lower train.learning-rate or look at these rows"
            .formatted(
                run,
                what,
                batch.epoch(),
                batch.number() > 0 ? ", batch " + batch.number() : "",
                ids(batch.rows()),
                batch.epoch() > 1
                    ? "the state after epoch " + (batch.epoch() - 1) + " is kept"
                    : "no epoch was finished"));
  }

  private String ids(int[] rows) {
    Object[] first = Arrays.stream(rows).limit(SHOWN).boxed().toArray();
    List<Row> ids =
        examples
            .where(col(ExampleTable.ROW).isin(first))
            .orderBy(ExampleTable.ROW)
            .select(TableColumns.ROW_ID)
            .collectAsList();
    String shown = ids.stream().map(row -> row.getString(0)).collect(Collectors.joining(", "));
    String more = rows.length > SHOWN ? " and " + (rows.length - SHOWN) + " more" : "";
    return (rows.length == 1 ? "row " : "rows ") + shown + more;
  }
}
