package io.codonloom.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import com.google.common.collect.Iterators;
import io.codonloom.sequence.EncoderInput;
import io.codonloom.sequence.Modality;
import io.codonloom.table.TableColumns;
import io.codonloom.table.TableWriter;
import java.io.IOException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
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
    Dataset<Row> given =
        accepted.select(TableColumns.SEQUENCE_ID, RowCheck.GENETIC_CODE, TableColumns.SEQUENCE);
    MapPartitionsFunction<Row, Row> someDistinct =
        rows -> Iterators.filter(rows, new FirstOfEachId(REMEMBERED)::call);
    String name = dataset;
    MapPartitionsFunction<Row, Row> expand = rows -> expand(rows, check, name);
    Dataset<Row> texts =
        given
            .mapPartitions(someDistinct, Encoders.row(given.schema()))
            .repartition(col(TableColumns.SEQUENCE_ID))
            .mapPartitions(expand, Encoders.row(SCHEMA));
    TableWriter.add(
        texts,
        table,
        List.of(TableColumns.MODALITY, TableColumns.DATASET),
        List.of(TableColumns.SEQUENCE_ID, TableColumns.KEY, TableColumns.SEQUENCE));
  }

  private static Iterator<Row> expand(Iterator<Row> rows, RowCheck check, String dataset) {
    Iterator<Row> distinct = Iterators.filter(rows, new FirstOfEachId(Integer.MAX_VALUE)::call);
    return Iterators.concat(
        Iterators.transform(
            distinct,
            row ->
                check.inputs(row.getString(2), row.getInt(1)).stream()
                    .map(input -> toRow(row.getString(0), input, dataset))
                    .iterator()));
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

  /** One modality's table of the dataset, as written. */
  Dataset<Row> read(Modality modality) {
    return spark.read().parquet(folder(modality).toString());
  }

  /** Counts a modality's table: rows, distinct keys, codons. */
  Row counts(Modality modality) {
    return read(modality)
        .agg(count(lit(1)), countDistinct(TableColumns.KEY), sum(TableColumns.N_CODONS))
        .first();
  }

  /** Whether a row is the first with its id, as far as is remembered. */
  private static final class FirstOfEachId implements FilterFunction<Row> {
    private static final long serialVersionUID = 1L;

    private final Set<String> seen = new HashSet<>();
    private final int limit;

    FirstOfEachId(int limit) {
      this.limit = limit;
    }

    @Override
    public boolean call(Row row) {
      if (seen.size() >= limit) {
        seen.clear();
      }
      return seen.add(row.getString(0));
    }
  }
}
