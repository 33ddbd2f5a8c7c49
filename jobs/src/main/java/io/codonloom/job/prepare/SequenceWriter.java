package io.codonloom.job.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.udf;

import io.codonloom.sequence.EncoderInput;
import io.codonloom.sequence.Modality;
import io.codonloom.table.TableColumns;
import io.codonloom.table.TableWriter;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Writes what the encoders read: each distinct sequence of a dataset once for each modality. */
final class SequenceWriter {
  private static final StructType SCHEMA =
      new StructType()
          .add(TableColumns.SEQUENCE_ID, DataTypes.StringType, false)
          .add(TableColumns.KEY, DataTypes.StringType, false)
          .add(TableColumns.SEQUENCE, DataTypes.StringType, false)
          .add(TableColumns.N_CODONS, DataTypes.IntegerType, false)
          .add(TableColumns.MODALITY, DataTypes.StringType, false)
          .add(TableColumns.DATASET, DataTypes.StringType, false);

  /** How many ids a task remembers before the shuffle, where forgetting costs some bytes only. */
  private static final int REMEMBERED = 100_000;

  private final SparkSession spark;
  private final Path table;
  private final String dataset;

  SequenceWriter(SparkSession spark, Path table, String dataset) {
    this.spark = spark;
    this.table = table;
    this.dataset = dataset;
  }

  /** Replaces the dataset's partitions by the sequences of the accepted rows. */
  void write(Dataset<Row> accepted, RowCheck check) throws IOException {
    for (Modality modality : Modality.values()) {
      TableWriter.delete(spark.sparkContext().hadoopConfiguration(), folder(modality));
    }
    TableWriter.add(
        texts(accepted, check),
        table,
        List.of(TableColumns.MODALITY, TableColumns.DATASET),
        List.of(TableColumns.SEQUENCE_ID, TableColumns.KEY, TableColumns.SEQUENCE));
  }

  /** The dataset's table as {@link #write} would write it. */
  Dataset<Row> texts(Dataset<Row> accepted, RowCheck check) {
    String name = dataset;
    FlatMapFunction<Row, Row> expand =
        row ->
            check.inputs(row.getString(2), row.getInt(1)).stream()
                .map(input -> toRow(row.getString(0), input, name))
                .iterator();
    return accepted
        .select(TableColumns.SEQUENCE_ID, RowCheck.GENETIC_CODE, TableColumns.SEQUENCE)
        .where(firstOfEachId(REMEMBERED))
        .repartition(col(TableColumns.SEQUENCE_ID))
        .where(firstOfEachId(Integer.MAX_VALUE))
        .flatMap(expand, Encoders.row(SCHEMA));
  }

  /** A filter with a memory of its own in each task, which Spark must not move or repeat. */
  private static Column firstOfEachId(int remembered) {
    return udf(new FirstOfEachId(remembered), DataTypes.BooleanType)
        .asNondeterministic()
        .apply(col(TableColumns.SEQUENCE_ID));
  }

  private static Row toRow(String sequenceId, EncoderInput input, String dataset) {
    return RowFactory.create(
        sequenceId, input.key(), input.text(), input.codons(), input.modality().id(), dataset);
  }

  private Path folder(Modality modality) {
    return TableWriter.partition(
        TableWriter.partition(table, TableColumns.MODALITY, modality.id()),
        TableColumns.DATASET,
        dataset);
  }

  /** The dataset's table as written, of one modality or several. */
  Dataset<Row> read(Modality... modalities) {
    return spark
        .read()
        .schema(SCHEMA)
        .option("basePath", table.toString())
        .parquet(Arrays.stream(modalities).map(m -> folder(m).toString()).toArray(String[]::new));
  }

  /** Counts each modality's rows, distinct keys and codons, in this order. */
  Map<Modality, Row> counts() {
    return counts(read(Modality.values()));
  }

  static Map<Modality, Row> counts(Dataset<Row> texts) {
    Map<Modality, Row> counts = new EnumMap<>(Modality.class);
    for (Row row :
        texts
            .groupBy(TableColumns.MODALITY)
            .agg(count(lit(1)), countDistinct(TableColumns.KEY), sum(TableColumns.N_CODONS))
            .collectAsList()) {
      counts.put(
          Modality.of(row.getString(0)),
          RowFactory.create(row.getLong(1), row.getLong(2), row.getLong(3)));
    }
    return counts;
  }

  /** Whether a row is the first with its id, as far as is remembered. */
  private static final class FirstOfEachId implements UDF1<String, Boolean> {
    private static final long serialVersionUID = 1L;

    private final Set<String> seen = new HashSet<>();
    private final int limit;

    FirstOfEachId(int limit) {
      this.limit = limit;
    }

    @Override
    public Boolean call(String id) {
      if (seen.size() >= limit) {
        seen.clear();
      }
      return seen.add(id);
    }
  }
}
