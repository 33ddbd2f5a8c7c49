package io.codonloom.job.prepare;

import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.TableWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Writes into which part of each split a dataset's measurements fall. */
final class SplitWriter {
  private static final StructType SCHEMA =
      new StructType()
          .add(TableColumns.ROW_ID, DataTypes.StringType)
          .add(TableColumns.PART, DataTypes.StringType)
          .add(TableColumns.UNIT, DataTypes.StringType)
          .add(TableColumns.NEAREST, DataTypes.DoubleType)
          .add(TableColumns.DATASET, DataTypes.StringType)
          .add(TableColumns.SPLIT, DataTypes.StringType);

  private final Path table;
  private final String dataset;

  /**
   * @param table all splits of all datasets
   */
  SplitWriter(Path table, String dataset) {
    this.table = table;
    this.dataset = dataset;
  }

  /**
   * Writes the splits' folders, which are empty.
   *
   * @param measurements the accepted ones, of {@link Measurement}
   * @param nearest of the splits that ask for similarities
   * @return how many rows each folder holds
   */
  Map<String, Long> write(
      Dataset<Row> measurements, List<PartChooser> dividers, Map<String, NearestTraining> nearest)
      throws IOException {
    if (dividers.isEmpty()) {
      return Map.of();
    }
    ArrayList<PartChooser> shipped = new ArrayList<>(dividers);
    String name = dataset;
    HashMap<String, NearestTraining> similarities = new HashMap<>(nearest);
    FlatMapFunction<Row, Row> places =
        row ->
            shipped.stream()
                .map(divider -> place(row, divider, similarities.get(divider.name()), name))
                .iterator();
    Map<String, Long> written =
        TableWriter.add(
            measurements.flatMap(places, Encoders.row(SCHEMA)),
            table,
            List.of(TableColumns.DATASET, TableColumns.SPLIT),
            Set.of(TableColumns.ROW_ID));
    Map<String, Long> rows = new TreeMap<>();
    for (PartChooser divider : dividers) {
      String folder =
          "%s=%s/%s=%s"
              .formatted(TableColumns.DATASET, dataset, TableColumns.SPLIT, divider.name());
      rows.put(divider.name(), written.getOrDefault(folder, 0L));
    }
    return rows;
  }

  private static Row place(Row row, PartChooser divider, NearestTraining nearest, String dataset) {
    int part = divider.part(row);
    Double similarity =
        nearest == null ? null : nearest.of(row.getString(Measurement.PROTEIN_KEY), part);
    return RowFactory.create(
        row.getString(Measurement.ROW_ID),
        divider.parts().get(part),
        divider.unit(row),
        similarity,
        dataset,
        divider.name());
  }
}
