package io.codonloom.job.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.codonloom.UserException;
import io.codonloom.config.Columns;
import io.codonloom.job.prepare.PrepareCounts.OfModality;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.OverLong;
import io.codonloom.sequence.Rule;
import io.codonloom.table.InputTable;
import io.codonloom.table.TableColumns;
import io.codonloom.table.TableWriter;
import io.codonloom.table.Workspace;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Writes a dataset's sequences, labels and rejects, and counts what was written. */
final class PrepareTables {
  private static final StructType REJECTS =
      new StructType()
          .add(TableColumns.ROW_NUMBER, DataTypes.LongType, false)
          .add(TableColumns.ROW_ID, DataTypes.StringType)
          .add(TableColumns.REASONS, DataTypes.createArrayType(DataTypes.StringType, false), false)
          .add(TableColumns.POSITION, DataTypes.IntegerType)
          .add(TableColumns.SEQUENCE, DataTypes.StringType);

  private final SparkSession spark;
  private final Path labels;
  private final Path rejects;
  private final SequenceWriter sequences;

  PrepareTables(SparkSession spark, Workspace workspace, String dataset) {
    this.spark = spark;
    this.labels = TableWriter.partition(workspace.labels(), TableColumns.DATASET, dataset);
    this.rejects = TableWriter.partition(workspace.rejects(), TableColumns.DATASET, dataset);
    this.sequences = new SequenceWriter(spark, workspace.sequences(), dataset);
  }

  /**
   * Replaces the rejects.
   *
   * @throws UserException if no row is accepted; the rejects are written then
   */
  void writeRejects(CheckedInput input) {
    Tally tally = input.tally();
    TableWriter.replace(rejected(input), rejects);
    if (tally.accepted() == 0) {
      throw new UserException(
          "none of the "
              + tally.rows()
              + " rows passes the rules ("
              + tally.reasons()
              + "); every row and its reasons: "
              + rejects);
    }
  }

  /** Replaces the sequences and the labels, and counts all three tables as written. */
  PrepareCounts write(
      CheckedInput input, RowCheck check, Map<Modality, InputLimit> limits, long withoutSequence) {
    Tally tally = input.tally();
    try (AtOnce atOnce = new AtOnce()) {
      Future<Map<Modality, Row>> modalities =
          atOnce.start(
              () -> {
                sequences.write(input.accepted(), check);
                return sequences.counts();
              });
      Future<Long> accepted = atOnce.start(() -> writeLabels(input));
      Future<long[]> distinct = atOnce.start(input::distinctSequences);
      Future<Long> refused = atOnce.start(() -> read(REJECTS, rejects).count());
      PrepareCounts counts =
          new PrepareCounts(
              tally.rows(),
              AtOnce.get(accepted),
              AtOnce.get(refused),
              tally.reasons(),
              tally.kept(),
              AtOnce.get(distinct)[0],
              AtOnce.get(distinct)[1],
              withoutSequence,
              ofModalities(AtOnce.get(modalities), tally, limits),
              Map.of());
      requireReconciled(counts, tally);
      return counts;
    }
  }

  private long writeLabels(CheckedInput input) {
    Dataset<Row> rows =
        input
            .accepted()
            .select(
                TableColumns.ROW_ID,
                TableColumns.SEQUENCE_ID,
                TableColumns.LABEL,
                TableColumns.COVARIATES);
    TableWriter.replace(rows, labels);
    return read(rows.schema(), labels).count();
  }

  private Dataset<Row> read(StructType schema, Path folder) {
    return spark.read().schema(schema).parquet(folder.toString());
  }

  static Map<String, OfModality> ofModalities(
      Map<Modality, Row> written, Tally tally, Map<Modality, InputLimit> limits) {
    Map<String, OfModality> modalities = new TreeMap<>();
    written.forEach(
        (modality, row) -> {
          OverLong policy = limits.getOrDefault(modality, InputLimit.NONE).overLong();
          long overLong = tally.kept().getOrDefault(Rule.tooLongFor(modality).id(), 0L);
          modalities.put(
              modality.id(),
              new OfModality(
                  row.getLong(0),
                  row.getLong(1),
                  row.getLong(2),
                  policy == OverLong.TRUNCATE ? overLong : 0,
                  policy == OverLong.WINDOW ? overLong : 0));
        });
    return modalities;
  }

  private static void requireReconciled(PrepareCounts counts, Tally tally) {
    boolean reconciled =
        counts.rows() == counts.accepted() + counts.refused()
            && counts.accepted() == tally.accepted()
            && counts.modalities().values().stream()
                .allMatch(m -> m.sequences() == counts.sequencesAccepted());
    if (!reconciled) {
      throw new IllegalStateException("the tables do not hold what was counted: " + counts);
    }
  }

  private static Dataset<Row> rejected(CheckedInput input) {
    Map<Long, Long> rowsBefore = input.tally().rowsBefore();
    MapFunction<Row, Row> toReject =
        row ->
            RowFactory.create(
                rowsBefore.get(row.getLong(0)) + row.getLong(1) - row.getLong(0) + 1,
                row.getString(2),
                RuleBits.rules(row.getLong(3)).stream().map(Rule::id).toArray(String[]::new),
                row.get(4),
                row.getString(5));
    return input
        .rows()
        .where(col(RowCheck.REFUSED).notEqual(0))
        .select(
            InputTable.BLOCK,
            RowCheck.PLACE,
            TableColumns.ROW_ID,
            RowCheck.REFUSED,
            TableColumns.POSITION,
            TableColumns.SEQUENCE)
        .map(toReject, Encoders.row(REJECTS));
  }

  /** What {@link SplitWriter} reads, from the tables alone. */
  Dataset<Row> readForSplits(Columns columns) {
    Dataset<Row> proteins =
        sequences
            .read(Modality.PROTEIN)
            .select(col(TableColumns.SEQUENCE_ID), col(TableColumns.KEY).as(RowCheck.PROTEIN_KEY));
    return spark
        .read()
        .parquet(labels.toString())
        .join(proteins, TableColumns.SEQUENCE_ID)
        .select(
            col(TableColumns.ROW_ID),
            col(TableColumns.SEQUENCE_ID),
            col(RowCheck.PROTEIN_KEY),
            columns.group().map(PrepareTables::covariate).orElse(absent()).as(RowCheck.GROUP),
            columns.split().map(PrepareTables::covariate).orElse(absent()).as(TableColumns.PART));
  }

  private static Column covariate(String name) {
    return col(TableColumns.COVARIATES).getItem(name);
  }

  private static Column absent() {
    return lit(null).cast(DataTypes.StringType);
  }
}
