package io.codonloom.job.train;

import static org.apache.spark.sql.functions.col;

import io.codonloom.UserException;
import io.codonloom.workspace.TableColumns;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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

  private final RunFolder folder;
  private final Dataset<Row> examples;

  /**
   * @param examples the table of {@link ExampleTable}
   */
  LossGuard(RunFolder folder, Dataset<Row> examples) {
    this.folder = folder;
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
   * Refuses an epoch whose mean loss exploded, and names the first batch that did. One batch alone
   * may have such a loss, for a single label far away from the others.
   *
   * @param baseline the loss of always predicting the mean label, or all classes alike
   */
  void check(AveragingTrainer.Result steps, double baseline) {
    if (steps.loss() > LIMIT * baseline) {
      throw stop(exploded("loss", steps.loss()), steps.firstAbove(LIMIT * baseline));
    }
  }

  /**
   * Refuses the validation of an epoch.
   *
   * @param steps of the epoch: the batch with the highest loss is named
   */
  void check(Evaluation.Result validation, double baseline, AveragingTrainer.Result steps) {
    if (validation.failed().length > 0) {
      throw stop(
          "the predictions of validation rows became infinite or NaN",
          new BatchDescriptor(steps.worst().epoch(), 0, validation.failed()));
    }
    if (validation.loss() > LIMIT * baseline) {
      throw stop(exploded("validation loss", validation.loss()), steps.worst());
    }
  }

  private static String exploded(String what, double loss) {
    return String.format(
        Locale.ROOT,
        "the %s exploded to %.3g, more than %d times that of one answer for all rows,",
        what,
        loss,
        LIMIT);
  }

  private UserException stop(String what, BatchDescriptor batch) {
    return new UserException(
        String.format(
            Locale.ROOT,
            "%s: %s in epoch %d%s (%s); %s; lower train.learning-rate or look at these rows",
            folder.name(),
            what,
            batch.epoch(),
            batch.number() > 0 ? ", batch " + batch.number() : "",
            ids(batch.rows()),
            batch.epoch() > 1
                ? "the best model of the epochs before is kept as " + folder.lastGoodModel()
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
