package io.codonloom.job.train;

import static org.apache.spark.sql.functions.col;

import io.codonloom.UserException;
import io.codonloom.config.ClassWeights;
import io.codonloom.fusion.Target;
import io.codonloom.model.LabelScaling;
import io.codonloom.workspace.TableColumns;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** All that the driver knows of the rows: each one's part and length, and the labels' scaling. */
final class TrainingRows {
  static final String TRAIN = "train";
  static final String VALIDATION = "val";

  private static final LabelScaling UNSCALED = new LabelScaling(0, 1);

  private final List<String> parts = new ArrayList<>();
  private final byte[] part;
  private final int[] codons;
  private final double[] labels;
  private final LabelScaling scaling;
  private final Target target;

  /**
   * Reads the table of {@link ExampleTable}.
   *
   * @param classes their names; none for a regression
   * @param weights of the classes
   */
  TrainingRows(Dataset<Row> table, List<String> classes, ClassWeights weights) {
    int rows = Math.toIntExact(table.count());
    part = new byte[rows];
    codons = new int[rows];
    labels = new double[rows];
    Iterator<Row> iterator =
        table
            .select(ExampleTable.ROW, TableColumns.PART, TableColumns.N_CODONS, TableColumns.LABEL)
            .toLocalIterator();
    while (iterator.hasNext()) {
      Row row = iterator.next();
      int index = row.getInt(0);
      if (!parts.contains(row.getString(1))) {
        parts.add(row.getString(1));
      }
      part[index] = (byte) parts.indexOf(row.getString(1));
      codons[index] = row.getInt(2);
      labels[index] = row.getDouble(3);
    }
    scaling =
        classes.isEmpty()
            ? LabelScaling.of(of(TRAIN).mapToDouble(row -> labels[row]).toArray())
            : UNSCALED;
    target =
        classes.isEmpty()
            ? Target.REGRESSION
            : new Target(
                classes.size(), weights == ClassWeights.BALANCED ? balanced(classes) : List.of());
  }

  private List<Double> balanced(List<String> classes) {
    double rows = of(TRAIN).count();
    List<Double> weights = new ArrayList<>();
    for (int c = 0; c < classes.size(); c++) {
      double label = c;
      weights.add(rows / (classes.size() * of(TRAIN).filter(row -> labels[row] == label).count()));
    }
    return weights;
  }

  /**
   * Refuses rows that cannot be trained on.
   *
   * @param rows with part and label
   * @throws UserException if a part that training needs has none, or a class to be weighed
   */
  static void requireTrainable(
      Dataset<Row> rows, String split, List<String> classes, ClassWeights weights) {
    Map<String, Long> sizes = new TreeMap<>();
    rows.where(col(TableColumns.PART).isNotNull())
        .groupBy(TableColumns.PART)
        .count()
        .collectAsList()
        .forEach(row -> sizes.put(row.getString(0), row.getLong(1)));
    Set<String> parts = sizes.keySet();
    if (parts.isEmpty()) {
      throw new UserException(
          "no row has a label: training needs them; check columns.label and dataset.labels, and run prepare again");
    }
    for (String name : TrainJob.PARTS) {
      if (!parts.contains(name)) {
        throw new UserException(
            "split %s has no rows in part '%s', only in %s; training needs train and val"
                .formatted(split, name, parts));
      }
    }
    if (sizes.get(TRAIN) < 2) {
      throw new UserException(
          "part train of split %s has one row only: training needs more; give it a larger fraction, or prepare more rows"
              .formatted(split));
    }
    if (weights != ClassWeights.BALANCED) {
      return;
    }
    Set<Double> labels =
        rows
            .where(col(TableColumns.PART).equalTo(TRAIN))
            .select(TableColumns.LABEL)
            .distinct()
            .collectAsList()
            .stream()
            .map(row -> row.getDouble(0))
            .collect(Collectors.toSet());
    for (int c = 0; c < classes.size(); c++) {
      if (!labels.contains((double) c)) {
        throw new UserException(
            "no row of part train is of class '%s', so that it cannot be weighed: use train.class-weights = none, or take it out of dataset.classes and run prepare again"
                .formatted(classes.get(c)));
      }
    }
  }

  int size() {
    return part.length;
  }

  /** Each row's length in codons. */
  int[] codons() {
    return codons;
  }

  LabelScaling scaling() {
    return scaling;
  }

  /** What is predicted, with the weights of its classes. */
  Target target() {
    return target;
  }

  /**
   * The loss on a part of always predicting the mean of the training labels, or all classes alike;
   * at least 1.
   */
  double baseline(String name) {
    if (!target.regression()) {
      double most = target.classWeights().stream().mapToDouble(weight -> weight).max().orElse(1);
      return Math.max(1, most * Math.log(target.classes()));
    }
    double mean =
        of(name).mapToDouble(row -> scaling.scale(labels[row])).map(x -> x * x).average().orElse(1);
    return Math.max(1, mean);
  }

  /** The row numbers of a part. */
  IntStream of(String name) {
    int index = parts.indexOf(name);
    return IntStream.range(0, part.length).filter(row -> part[row] == index);
  }

  /** How many rows each part has. */
  Map<String, Long> counts() {
    Map<String, Long> counts = new TreeMap<>();
    parts.forEach(name -> counts.put(name, of(name).count()));
    return counts;
  }
}
