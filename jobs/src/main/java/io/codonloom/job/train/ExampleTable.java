package io.codonloom.job.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min_by;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.codonloom.UserException;
import io.codonloom.sequence.Modality;
import io.codonloom.table.Quarantine;
import io.codonloom.table.ShardPlan;
import io.codonloom.table.TableColumns;
import io.codonloom.table.TableWriter;
import io.codonloom.table.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The rows of a training, one for each labelled measurement of the split that has an embedding in
 * every modality: {@code row} (numbered by {@code row_id}), {@code row_id}, {@code sequence_id},
 * {@code part}, {@code label}, {@code n_codons} (the longest modality), and {@code key} and {@code
 * shard} of each modality. A row with an input in the store's quarantine is left out and counted.
 */
final class ExampleTable {
  static final String ROW = "row";

  private final SparkSession spark;
  private final Workspace workspace;
  private final String dataset;
  private final String split;
  private final String store;

  /**
   * A split's rows.
   *
   * @param usable those with all embeddings, unnumbered
   * @param quarantined how many others each part has
   */
  record Rows(Dataset<Row> usable, Map<String, Long> quarantined) {}

  ExampleTable(
      SparkSession spark, Workspace workspace, String dataset, String split, String store) {
    this.spark = spark;
    this.workspace = workspace;
    this.dataset = dataset;
    this.split = split;
    this.store = store;
  }

  static String key(Modality modality) {
    return modality.id() + "_key";
  }

  static String shard(Modality modality) {
    return modality.id() + "_shard";
  }

  /** The modalities that the store has. */
  SortedSet<Modality> modalities() {
    SortedSet<Modality> modalities = new TreeSet<>();
    for (Row row : plan().select(TableColumns.MODALITY).distinct().collectAsList()) {
      modalities.add(Modality.of(row.getString(0)));
    }
    return modalities;
  }

  /**
   * The table's rows.
   *
   * @throws UserException if a labelled row has no part in the split, or an input that was never
   *     embedded
   */
  Rows rows(SortedSet<Modality> modalities) throws IOException {
    Dataset<Row> rows =
        partition(workspace.labels())
            .where(
                col(TableColumns.LABEL)
                    .isNotNull()
                    .and(col(TableColumns.LABEL).notEqual(Double.NaN)))
            .select(TableColumns.ROW_ID, TableColumns.SEQUENCE_ID, TableColumns.LABEL)
            .join(parts(), new String[] {TableColumns.ROW_ID}, "left");
    List<Column> lengths = new ArrayList<>();
    for (Modality modality : modalities) {
      rows = rows.join(located(modality), new String[] {TableColumns.SEQUENCE_ID}, "left");
      lengths.add(col(length(modality)));
    }
    Column longest =
        lengths.size() == 1 ? lengths.get(0) : greatest(lengths.toArray(Column[]::new));
    rows = rows.withColumn(TableColumns.N_CODONS, longest);
    refuseMissing(rows, List.copyOf(modalities));
    for (Modality modality : modalities) {
      rows = rows.drop(length(modality));
    }
    return new Quarantine(spark, workspace.embeddings(store)).isEmpty()
        ? new Rows(rows, Map.of())
        : divided(rows, modalities);
  }

  /** Tells the rows that have all embeddings from those with an input in quarantine. */
  private Rows divided(Dataset<Row> rows, SortedSet<Modality> modalities) throws IOException {
    Dataset<Row> entries =
        new Quarantine(spark, workspace.embeddings(store))
            .inputs(plan())
            .select(TableColumns.MODALITY, TableColumns.KEY);
    Dataset<Row> usable = rows;
    for (Modality modality : modalities) {
      Dataset<Row> keys =
          entries
              .where(col(TableColumns.MODALITY).equalTo(modality.id()))
              .select(col(TableColumns.KEY).as(key(modality)));
      usable = usable.join(keys, new String[] {key(modality)}, "left_anti");
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
      missing.add(count(when(col(shard(modality)).isNull(), 1)));
    }
    missing.add(count(when(col(TableColumns.PART).isNull(), 1)));
    Row counts = rows.select(missing.toArray(Column[]::new)).first();
    if (counts.getLong(modalities.size()) > 0) {
      throw new UserException(
          "%d labelled rows of dataset %s have no part in split %s; run prepare again"
              .formatted(counts.getLong(modalities.size()), dataset, split));
    }
    for (int m = 0; m < modalities.size(); m++) {
      if (counts.getLong(m) > 0) {
        throw new UserException(
            "%d rows of dataset %s have no %s embedding in store %s; run embed first"
                .formatted(counts.getLong(m), dataset, modalities.get(m).id(), store));
      }
    }
  }

  /** Keys, lengths and shards of a modality's sequences; null shards where it has no embedding. */
  private Dataset<Row> located(Modality modality) {
    Path table = TableWriter.partition(workspace.sequences(), TableColumns.MODALITY, modality.id());
    Dataset<Row> keys =
        partition(table)
            .select(col(TableColumns.SEQUENCE_ID), col(TableColumns.KEY).as(key(modality)));
    Dataset<Row> shards =
        plan()
            .where(col(TableColumns.MODALITY).equalTo(modality.id()))
            .select(
                col(TableColumns.KEY).as(key(modality)),
                col(TableColumns.N_CODONS).as(length(modality)),
                col(ShardPlan.SHARD).as(shard(modality)));
    return keys.join(shards, new String[] {key(modality)}, "left");
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
            "split",
            split);
    try {
      if (!parts.getFileSystem(spark.sparkContext().hadoopConfiguration()).exists(parts)) {
        throw new UserException(
            "dataset %s has no split %s; run prepare first".formatted(dataset, split));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return spark.read().parquet(parts.toString()).select(TableColumns.ROW_ID, TableColumns.PART);
  }

  private Dataset<Row> partition(Path table) {
    return spark
        .read()
        .parquet(TableWriter.partition(table, TableColumns.DATASET, dataset).toString());
  }

  private Dataset<Row> plan() {
    try {
      return new ShardPlan(spark, workspace.embeddings(store)).inputs();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String length(Modality modality) {
    return modality.id() + "_codons";
  }
}
