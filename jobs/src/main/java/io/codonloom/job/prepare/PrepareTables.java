package io.codonloom.job.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import io.codonloom.config.Columns;
import io.codonloom.config.Split;
import io.codonloom.config.SplitBy;
import io.codonloom.input.InputTable;
import io.codonloom.job.prepare.PrepareCounts.OfModality;
import io.codonloom.job.prepare.PrepareCounts.OfSplit;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.OverLong;
import io.codonloom.sequence.Rule;
import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.TableReader;
import io.codonloom.workspace.TableWriter;
import io.codonloom.workspace.Workspace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Writes a dataset's tables and counts what was written. */
final class PrepareTables {
  private static final StructType REJECTS =
      new StructType()
          .add(TableColumns.ROW_NUMBER, DataTypes.LongType, false)
          .add(TableColumns.ROW_ID, DataTypes.StringType)
          .add(TableColumns.REASONS, DataTypes.createArrayType(DataTypes.StringType, false), false)
          .add(TableColumns.POSITION, DataTypes.IntegerType)
          .add(TableColumns.SEQUENCE, DataTypes.StringType)
          .add(TableColumns.LABEL, DataTypes.StringType);

  private final SparkSession spark;
  private final Path labels;
  private final Path rejects;
  private final SequenceWriter sequences;
  private final SplitWriter splits;

  /**
   * @param read where the dataset's tables lie that are not written
   * @param write where nothing of the dataset is
   */
  PrepareTables(SparkSession spark, Workspace read, Workspace write, String dataset) {
    this.spark = spark;
    this.labels = TableWriter.partition(read.labels(), TableColumns.DATASET, dataset);
    this.rejects = TableWriter.partition(write.rejects(), TableColumns.DATASET, dataset);
    this.sequences = new SequenceWriter(spark, read.sequences(), dataset);
    this.splits = new SplitWriter(write.splits(), dataset);
  }

  /**
   * Writes all tables and counts what was written; they are read where they are written.
   *
   * @throws NoRowAcceptedException if no row is accepted; only the rejects are written then
   */
  PrepareCounts write(
      CheckedInput input, RowCheck check, Map<Modality, InputLimit> limits, long withoutSequence)
      throws IOException {
    RuleCounts tally = input.tally();
    if (tally.accepted() == 0) {
      writeRejects(input);
      throw NoRowAcceptedException.of(tally, rejects);
    }
    Overlaps census = input.census();
    try (SideBySide atOnce = new SideBySide()) {
      Future<Map<Modality, Row>> modalities =
          atOnce.start(
              () -> {
                sequences.write(input.rows(), check, census.firstOfEachSequence());
                return sequences.counts();
              });
      Future<Long> accepted = atOnce.start(() -> writeLabels(input));
      Future<Map<String, Long>> parts =
          atOnce.start(
              () -> splits.write(Measurement.of(input.accepted()), input.dividers(), Map.of()));
      Future<Long> refused = atOnce.start(() -> writeRejects(input));
      PrepareCounts counts =
          new PrepareCounts(
              tally.rows(),
              SideBySide.get(accepted),
              SideBySide.get(refused),
              tally.reasons(),
              tally.unknown(),
              tally.kept(),
              census.given(),
              census.accepted(),
              withoutSequence,
              ofModalities(SideBySide.get(modalities), tally, limits),
              census.splits());
      requireReconciled(counts, tally, SideBySide.get(parts));
      return counts;
    }
  }

  /**
   * Writes some splits from what the other tables hold.
   *
   * @param accepted how many measurements there are
   */
  Map<String, OfSplit> writeSplits(List<Split> some, Columns columns, long accepted)
      throws IOException {
    if (some.isEmpty()) {
      return Map.of();
    }
    Dataset<Row> proteins = sequences.read(Modality.PROTEIN);
    Dataset<Row> measurements = measurements(columns);
    List<PartChooser> dividers = new ArrayList<>();
    List<Split> others = new ArrayList<>();
    for (Split split : some) {
      if (split.by() == SplitBy.HOMOLOGY) {
        dividers.add(PartChooser.of(split, ProteinFamilies.of(proteins, split)));
      } else {
        others.add(split);
      }
    }
    dividers.addAll(PartChooser.of(others, measurements));
    Map<String, OfSplit> counts = new Overlaps(measurements, dividers).splits();
    Map<String, NearestTraining> nearest = new HashMap<>();
    for (Split split : some) {
      if (split.nearest()) {
        PartChooser divider =
            dividers.stream().filter(d -> d.name().equals(split.name())).findFirst().orElseThrow();
        nearest.put(split.name(), NearestTraining.of(measurements, proteins, divider, split));
      }
    }
    requireWhole(splits.write(measurements, dividers, nearest), accepted);
    return counts;
  }

  private Dataset<Row> measurements(Columns columns) {
    return Measurement.of(
        TableReader.read(spark, labels), sequences.read(Modality.PROTEIN), columns);
  }

  /** Whether a measurement lacks what one of the splits is by. */
  boolean hasGaps(List<Split> some, Columns columns) {
    return some.stream()
        .map(Split::by)
        .distinct()
        .filter(by -> by == SplitBy.GROUP || by == SplitBy.COLUMN)
        .map(by -> by == SplitBy.GROUP ? RowCheck.GROUP : TableColumns.PART)
        .anyMatch(column -> !measurements(columns).where(col(column).isNull()).isEmpty());
  }

  private long writeLabels(CheckedInput input) throws IOException {
    return TableWriter.replace(
        input
            .accepted()
            .select(
                rowNumber(input.tally().rowsBefore()).as(TableColumns.ROW_NUMBER),
                col(TableColumns.ROW_ID),
                col(TableColumns.SEQUENCE_ID),
                col(TableColumns.LABEL),
                col(TableColumns.COVARIATES)),
        labels);
  }

  private static Column rowNumber(Map<Long, Long> rowsBefore) {
    UDF2<Long, Long, Long> number = (block, place) -> rowsBefore.get(block) + place - block + 1;
    return udf(number, DataTypes.LongType).apply(col(InputTable.BLOCK), col(RowCheck.PLACE));
  }

  private long writeRejects(CheckedInput input) throws IOException {
    return TableWriter.replace(rejected(input), rejects);
  }

  static Map<String, OfModality> ofModalities(
      Map<Modality, Row> written, RuleCounts tally, Map<Modality, InputLimit> limits) {
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

  private static void requireReconciled(
      PrepareCounts counts, RuleCounts tally, Map<String, Long> parts) {
    boolean reconciled =
        counts.rows() == counts.accepted() + counts.refused()
            && counts.accepted() == tally.accepted()
            && counts.modalities().values().stream()
                .allMatch(m -> m.sequences() == counts.sequencesAccepted());
    if (!reconciled) {
      throw new IllegalStateException("the tables do not hold what was counted: " + counts);
    }
    requireWhole(parts, counts.accepted());
  }

  private static void requireWhole(Map<String, Long> parts, long accepted) {
    if (parts.values().stream().anyMatch(rows -> rows != accepted)) {
      throw new IllegalStateException(
          "the splits do not hold " + accepted + " measurements each: " + parts);
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
                row.getString(5),
                row.getString(6));
    return input
        .rows()
        .where(col(RowCheck.REFUSED).notEqual(0))
        .select(
            InputTable.BLOCK,
            RowCheck.PLACE,
            TableColumns.ROW_ID,
            RowCheck.REFUSED,
            TableColumns.POSITION,
            TableColumns.SEQUENCE,
            RowCheck.LABEL_TEXT)
        .map(toReject, Encoders.row(REJECTS));
  }
}
