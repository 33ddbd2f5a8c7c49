package io.codonloom.job.train;

import io.codonloom.UserException;
import io.codonloom.table.TableColumns;
import io.codonloom.training.LabelScaling;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** All that the driver knows of the rows: each one's part and length, and the labels' scaling. */
final class TrainingRows {
  static final String TRAIN = "train";
  static final String VALIDATION = "val";

  private final List<String> parts = new ArrayList<>();
  private final byte[] part;
  private final int[] codons;
  private final double[] labels;
  private final LabelScaling scaling;

  /** Reads the table of {@link ExampleTable}. */
  TrainingRows(Dataset<Row> table, String split) {
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
    require(TRAIN, split);
    require(VALIDATION, split);
    scaling = LabelScaling.of(of(TRAIN).mapToDouble(row -> labels[row]).toArray());
  }

  private void require(String name, String split) {
    if (!parts.contains(name)) {
      throw new UserException(
          "split %s has no rows in part '%s', only in %s; training needs train and val"
              .formatted(split, name, parts));
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

  /** The loss on a part of always predicting the mean of the training labels, at least 1. */
  double baseline(String name) {
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
