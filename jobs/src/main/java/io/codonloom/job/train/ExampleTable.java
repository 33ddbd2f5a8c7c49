package io.codonloom.job.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min_by;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.codonloom.UserException;
import io.codonloom.sequence.Modality;
import io.codonloom.workspace.Fingerprint;
import io.codonloom.workspace.ModalityColumns;
import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.TableReader;
import io.codonloom.workspace.TableWriter;
import io.codonloom.workspace.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The rows of a training, one for each labelled measurement of the split that has vectors in every
 * modality: {@code row} (numbered by {@code row_id}), {@code row_id}, {@code sequence_id}, {@code
 * part}, {@code label}, {@code n_codons} (the longest modality), and what its {@link VectorSource}
 * adds for each modality. A row with an input in the store's quarantine is left out and counted.
 */
final class ExampleTable {
  static final String ROW = "row";

  private final SparkSession spark;
  private final Workspace workspace;
  private final String dataset;
  private final String split;
  private final VectorSource source;

  /**
   * A split's rows.
   *
   * @param usable those with all vectors, unnumbered
   * @param quarantined how many others each part has
   */
  record Rows(Dataset<Row> usable, Map<String, Long> quarantined) {}

  ExampleTable(
      SparkSession spark, Workspace workspace, String dataset, String split, VectorSource source) {
    this.spark = spark;
    this.workspace = workspace;
    this.dataset = dataset;
    this.split = split;
    this.source = source;
  }

  /**
   * The table's rows.
   *
   * @throws UserException if a labelled row has no part in the split, or no vectors in one of the
   *     modalities
   */
  Rows rows(SortedSet<Modality> modalities) throws IOException {
    Dataset<Row> rows = labelled();
    List<Column> lengths = new ArrayList<>();
    for (Modality modality : modalities) {
      rows = rows.join(source.located(modality), new String[] {TableColumns.SEQUENCE_ID}, "left");
      lengths.add(col(ModalityColumns.codons(modality)));
    }
    Column longest =
        lengths.size() == 1 ? lengths.get(0) : greatest(lengths.toArray(Column[]::new));
    rows = rows.withColumn(TableColumns.N_CODONS, longest);
    refuseMissing(rows, List.copyOf(modalities));
    for (Modality modality : modalities) {
      rows = rows.drop(ModalityColumns.codons(modality));
    }
    return divided(rows, modalities);
  }

  /** The measurements that have a label, with the part where they have one. */
  Dataset<Row> labelled() {
    return partition(workspace.labels())
        .where(
            col(TableColumns.LABEL).isNotNull().and(col(TableColumns.LABEL).notEqual(Double.NaN)))
        .select(TableColumns.ROW_ID, TableColumns.SEQUENCE_ID, TableColumns.LABEL)
        .join(parts(), new String[] {TableColumns.ROW_ID}, "left");
  }

  /** Tells the rows that have all vectors from those with an input that was set aside. */
  private Rows divided(Dataset<Row> rows, SortedSet<Modality> modalities) throws IOException {
    Dataset<Row> usable = source.withoutQuarantined(rows, modalities);
    if (usable == rows) {
      return new Rows(rows, Map.of());
    }
    Map<String, Long> left = new TreeMap<>();
    rows.groupBy(TableColumns.PART)
        .count()
        .collectAsList()
        .forEach(row -> left.put(row.getString(0), row.getLong(1)));
    usable
        .groupBy(TableColumns.PART)
        .count()
        .collectAsList()
        .forEach(row -> left.merge(row.getString(0), -row.getLong(1), Long::sum));
    left.values().removeIf(count -> count == 0);
    return new Rows(usable, left);
  }

  private void refuseMissing(Dataset<Row> rows, List<Modality> modalities) {
    List<Column> missing = new ArrayList<>();
    for (Modality modality : modalities) {
      missing.add(count(when(source.lacks(modality), 1)));
    }
    missing.add(count(when(col(TableColumns.PART).isNull(), 1)));
    Row counts = rows.select(missing.toArray(Column[]::new)).first();
    if (counts.getLong(modalities.size()) > 0) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "%d labelled rows of dataset %s have no part in split %s; run prepare again",
              counts.getLong(modalities.size()),
              dataset,
              split));
    }
    for (int m = 0; m < modalities.size(); m++) {
      if (counts.getLong(m) > 0) {
        throw new UserException(
            String.format(
                Locale.ROOT,
                "%d rows of dataset %s %s",
                counts.getLong(m),
                dataset,
                source.remedy(modalities.get(m))));
      }
    }
  }

  /**
   * Equal where the rows are, by id, part, label and what is read of them: whatever their order,
   * and whichever shards they lie in.
   */
  String content(Dataset<Row> rows, SortedSet<Modality> modalities) {
    List<Column> columns =
        new ArrayList<>(
            List.of(
                col(TableColumns.ROW_ID),
                col(TableColumns.SEQUENCE_ID),
                col(TableColumns.PART),
                col(TableColumns.LABEL)));
    modalities.forEach(modality -> columns.add(col(source.input(modality))));
    Column[] once = columns.toArray(Column[]::new);
    columns.add(lit("again"));
    Column[] again = columns.toArray(Column[]::new);
    Row sums = rows.agg(count(lit(1)), digits(xxhash64(once)), digits(xxhash64(again))).first();
    return Fingerprint.of(
        sums.getLong(0), String.valueOf(sums.get(1)), String.valueOf(sums.get(2)));
  }

  private static Column digits(Column hash) {
    return sum(hash.cast("decimal(20,0)"));
  }

  /** Numbers the rows by their id and writes them. */
  void write(Dataset<Row> rows, Path folder) {
    Dataset<Row> sorted = rows.orderBy(TableColumns.ROW_ID);
    StructType schema = sorted.schema().add(ROW, DataTypes.IntegerType, false);
    Dataset<Row> numbered =
        spark.createDataFrame(
            sorted
                .toJavaRDD()
                .zipWithIndex()
                .map(row -> append(row._1(), Math.toIntExact(row._2()))),
            schema);
    TableWriter.replace(numbered, folder);
  }

  /**
   * The rows with the labels of all sequences shuffled: every sequence gets the label of another
   * one (its measurement with the first row id), and all its measurements the same.
   */
  Dataset<Row> shuffled(Dataset<Row> rows, long seed) {
    Dataset<Row> sequences =
        rows.groupBy(TableColumns.SEQUENCE_ID)
            .agg(min_by(col(TableColumns.LABEL), col(TableColumns.ROW_ID)).as(TableColumns.LABEL));
    String place = "place";
    Dataset<Row> takers =
        numbered(
            sequences.select(TableColumns.SEQUENCE_ID).orderBy(TableColumns.SEQUENCE_ID), place);
    Dataset<Row> givers =
        numbered(
            sequences
                .orderBy(
                    xxhash64(col(TableColumns.SEQUENCE_ID), lit(seed)),
                    col(TableColumns.SEQUENCE_ID))
                .select(TableColumns.LABEL),
            place);
    return rows.drop(TableColumns.LABEL)
        .join(takers.join(givers, place).drop(place), TableColumns.SEQUENCE_ID);
  }

  private Dataset<Row> numbered(Dataset<Row> rows, String column) {
    return spark.createDataFrame(
        rows.toJavaRDD().zipWithIndex().map(row -> append(row._1(), row._2())),
        rows.schema().add(column, DataTypes.LongType, false));
  }

  private static Row append(Row row, Object value) {
    Object[] values = new Object[row.length() + 1];
    for (int i = 0; i < row.length(); i++) {
      values[i] = row.get(i);
    }
    values[row.length()] = value;
    return RowFactory.create(values);
  }

  private Dataset<Row> parts() {
    Path parts =
        TableWriter.partition(
            TableWriter.partition(workspace.splits(), TableColumns.DATASET, dataset),
            TableColumns.SPLIT,
            split);
    try {
      if (!parts.getFileSystem(spark.sparkContext().hadoopConfiguration()).exists(parts)) {
        throw new UserException(
            "dataset %s has no split %s; run prepare first".formatted(dataset, split));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return TableReader.read(spark, parts).select(TableColumns.ROW_ID, TableColumns.PART);
  }

  private Dataset<Row> partition(Path table) {
    return TableReader.read(spark, TableWriter.partition(table, TableColumns.DATASET, dataset));
  }
}
