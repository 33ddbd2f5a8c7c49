package io.codonloom.job.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.codonloom.input.PlaceSet;
import io.codonloom.sequence.CodingSequence;
import io.codonloom.sequence.EncoderInput;
import io.codonloom.sequence.GeneticCode;
import io.codonloom.sequence.Modality;
import io.codonloom.workspace.SequencesTable;
import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.TableReader;
import io.codonloom.workspace.TableWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/** Writes what the encoders read: each distinct sequence of a dataset once for each modality. */
final class SequenceWriter {
  private final SparkSession spark;
  private final Path table;
  private final String dataset;

  SequenceWriter(SparkSession spark, Path table, String dataset) {
    this.spark = spark;
    this.table = table;
    this.dataset = dataset;
  }

  /**
   * Writes the dataset's partitions, which are empty.
   *
   * @param checked of {@link RowCheck#SCHEMA}
   * @param first the places of those whose sequences are to be written
   */
  void write(Dataset<Row> checked, RowCheck check, PlaceSet first) throws IOException {
    TableWriter.add(
        texts(checked, check, first),
        table,
        List.of(TableColumns.MODALITY, TableColumns.DATASET),
        Set.of(TableColumns.SEQUENCE_ID, TableColumns.KEY, TableColumns.SEQUENCE));
  }

  /** The dataset's table as {@link #write} would write it. */
  Dataset<Row> texts(Dataset<Row> checked, RowCheck check, PlaceSet first) {
    String name = dataset;
    PlaceSet.OnExecutors places = first.broadcast(spark);
    FlatMapFunction<Row, Row> expand =
        row ->
            places.contains(row.getLong(0)) ? rows(row, check, name) : Collections.emptyIterator();
    return checked
        .where(col(RowCheck.REFUSED).equalTo(0))
        .select(
            RowCheck.PLACE,
            TableColumns.SEQUENCE_ID,
            TableColumns.SEQUENCE,
            RowCheck.RNA,
            RowCheck.GENETIC_CODE,
            RowCheck.SELENOCYSTEINES)
        .flatMap(expand, Encoders.row(SequencesTable.SCHEMA));
  }

  private static Iterator<Row> rows(Row row, RowCheck check, String dataset) {
    CodingSequence sequence = sequence(row);
    List<Row> rows = new ArrayList<>();
    for (Modality modality : Modality.values()) {
      rows.add(toRow(row.getString(1), check.input(sequence, modality), dataset));
    }
    return rows.iterator();
  }

  private static CodingSequence sequence(Row row) {
    String text = row.isNullAt(3) ? row.getString(2) : row.getString(3);
    int[] selenocysteines =
        row.isNullAt(5)
            ? new int[0]
            : row.<Integer>getList(5).stream().mapToInt(Integer::intValue).toArray();
    return CodingSequence.of(text, GeneticCode.of(row.getInt(4)), selenocysteines);
  }

  private static Row toRow(String sequenceId, EncoderInput input, String dataset) {
    return RowFactory.create(
        sequenceId, input.key(), input.text(), input.codons(), input.modality().id(), dataset);
  }

  /** The dataset's table as written, of one modality or several. */
  Dataset<Row> read(Modality... modalities) {
    return TableReader.strict(spark)
        .schema(SequencesTable.SCHEMA)
        .option("basePath", table.toString())
        .parquet(
            Arrays.stream(modalities)
                .map(m -> TableReader.path(SequencesTable.folder(table, m, dataset)))
                .toArray(String[]::new));
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
}
