package io.codonloom.job.verify;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.input_file_name;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.udf;

import io.codonloom.job.prepare.PrepareCounts;
import io.codonloom.job.prepare.PrepareCounts.OfModality;
import io.codonloom.sequence.EncoderInput;
import io.codonloom.sequence.Modality;
import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.TableReader;
import io.codonloom.workspace.TableWriter;
import io.codonloom.workspace.Workspace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF3;
import org.apache.spark.sql.types.DataTypes;

/** Holds the tables of a dataset against each other and against what {@code prepare} counted. */
final class DatasetCheck {
  private static final String MISFIT = "misfit";

  private final SparkSession spark;
  private final Workspace workspace;
  private final String dataset;
  private final PrepareCounts counts;
  private final String again;

  /**
   * @param counts of the dataset's manifest
   */
  DatasetCheck(SparkSession spark, Workspace workspace, String dataset, PrepareCounts counts) {
    this.spark = spark;
    this.workspace = workspace;
    this.dataset = dataset;
    this.counts = counts;
    this.again = "delete %s and run prepare".formatted(workspace.prepareManifest(dataset));
  }

  List<Checked> run() throws IOException {
    List<Checked> all = new ArrayList<>();
    Findings sequences = new Findings("sequences");
    boolean sequencesReadable = true;
    for (String modality : counts.modalities().keySet()) {
      sequencesReadable &= readable(sequences, sequenceFolder(modality));
    }
    if (sequencesReadable) {
      sequences(sequences);
    }
    all.add(sequences.checked());
    Findings labels = new Findings("labels");
    boolean labelsReadable = readable(labels, partition(workspace.labels()));
    if (labelsReadable) {
      labels(labels, sequencesReadable);
    }
    all.add(labels.checked());
    all.add(splits(labelsReadable));
    all.add(rejects());
    return all;
  }

  private void sequences(Findings findings) {
    Dataset<Row> rows = sequenceRows();
    for (Row row : rows.where(col(MISFIT).isNotNull()).limit(Findings.KEPT).collectAsList()) {
      findings.problem(
          row.getAs("file"),
          "the %s row of sequence %s %s"
              .formatted(
                  row.<String>getAs(TableColumns.MODALITY),
                  row.<String>getAs(TableColumns.SEQUENCE_ID),
                  row.<String>getAs(MISFIT)),
          again);
    }
    Map<String, OfModality> found = new TreeMap<>();
    for (Row row :
        rows.groupBy(TableColumns.MODALITY)
            .agg(
                count(lit(1)),
                countDistinct(TableColumns.KEY),
                sum(TableColumns.N_CODONS),
                countDistinct(TableColumns.SEQUENCE_ID))
            .collectAsList()) {
      found.put(
          row.getString(0), new OfModality(row.getLong(1), row.getLong(2), row.getLong(3), 0, 0));
      if (row.getLong(4) != row.getLong(1)) {
        findings.problem(
            sequenceFolder(row.getString(0)),
            String.format(
                Locale.ROOT,
                "%,d rows have only %,d different sequence ids",
                row.getLong(1),
                row.getLong(4)),
            again);
      }
    }
    counts
        .modalities()
        .forEach(
            (modality, said) -> {
              OfModality is = found.getOrDefault(modality, new OfModality(0, 0, 0, 0, 0));
              if (is.sequences() != said.sequences()
                  || is.keys() != said.keys()
                  || is.codons() != said.codons()) {
                findings.problem(
                    sequenceFolder(modality),
                    String.format(
                        Locale.ROOT,
                        "it has %,d rows, %,d keys and %,d codons; prepare wrote %,d, %,d and %,d",
                        is.sequences(),
                        is.keys(),
                        is.codons(),
                        said.sequences(),
                        said.keys(),
                        said.codons()),
                    again);
              }
            });
    long modalities = counts.modalities().size();
    long incomplete =
        rows.groupBy(TableColumns.SEQUENCE_ID)
            .agg(countDistinct(TableColumns.MODALITY).as("n"))
            .where(col("n").notEqual(modalities))
            .count();
    if (incomplete > 0) {
      findings.problem(
          workspace.sequences(),
          String.format(
              Locale.ROOT,
              "%,d sequences of dataset %s are not there in all modalities",
              incomplete,
              dataset),
          again);
    }
  }

  private Dataset<Row> sequenceRows() {
    Dataset<Row> all = null;
    for (String id : counts.modalities().keySet()) {
      Modality modality = Modality.of(id);
      UDF3<String, String, Integer, String> misfit =
          (key, text, codons) -> misfit(modality, key, text, codons);
      Column found =
          udf(misfit, DataTypes.StringType)
              .apply(col(TableColumns.KEY), col(TableColumns.SEQUENCE), col(TableColumns.N_CODONS));
      Dataset<Row> rows =
          TableReader.read(spark, sequenceFolder(id))
              .withColumn("file", input_file_name())
              .withColumn(TableColumns.MODALITY, lit(id))
              .withColumn(MISFIT, found);
      all = all == null ? rows : all.unionByName(rows);
    }
    return all;
  }

  /** What is wrong with a row; null if nothing is. */
  private static String misfit(Modality modality, String key, String text, int codons) {
    if (!EncoderInput.key(modality, text).equals(key)) {
      return "has the key %s, which is not its text's".formatted(key);
    }
    return text.length() * modality.nucleotidesPerCharacter() != 3 * codons
        ? String.format(Locale.ROOT, "says %d codons, which its text has not", codons)
        : null;
  }

  private void labels(Findings findings, boolean sequencesReadable) {
    Path folder = partition(workspace.labels());
    Dataset<Row> rows = TableReader.read(spark, folder);
    long n = rows.count();
    if (n != counts.accepted()) {
      findings.problem(
          folder,
          String.format(Locale.ROOT, "it has %,d rows; prepare wrote %,d", n, counts.accepted()),
          again);
    }
    requireUniqueIds(findings, folder, rows, n);
    if (sequencesReadable) {
      Path first = sequenceFolder(counts.modalities().keySet().iterator().next());
      requireKnown(
          findings, folder, rows, TableReader.read(spark, first), TableColumns.SEQUENCE_ID);
    }
  }

  private Checked rejects() throws IOException {
    Findings findings = new Findings("rejects");
    Path folder = partition(workspace.rejects());
    if (!readable(findings, folder)) {
      return findings.checked();
    }
    long n = TableReader.read(spark, folder).count();
    if (n != counts.refused() || counts.rows() != counts.accepted() + counts.refused()) {
      findings.problem(
          folder,
          String.format(
              Locale.ROOT,
              "it has %,d rows; prepare read %,d, accepted %,d and refused %,d",
              n,
              counts.rows(),
              counts.accepted(),
              counts.refused()),
          again);
    }
    return findings.checked();
  }

  private Checked splits(boolean labelsReadable) throws IOException {
    Findings findings = new Findings("splits");
    for (var split : counts.splits().entrySet()) {
      Path folder =
          TableWriter.partition(partition(workspace.splits()), TableColumns.SPLIT, split.getKey());
      if (!readable(findings, folder)) {
        continue;
      }
      Dataset<Row> rows = TableReader.read(spark, folder);
      Map<String, Long> is = new TreeMap<>();
      rows.groupBy(TableColumns.PART)
          .count()
          .collectAsList()
          .forEach(row -> is.put(row.getString(0), row.getLong(1)));
      Map<String, Long> said = new TreeMap<>();
      split.getValue().parts().forEach((part, of) -> said.put(part, of.rows()));
      if (!is.equals(said)) {
        findings.problem(
            folder, "its parts have %s rows; prepare wrote %s".formatted(is, said), again);
      }
      long n = is.values().stream().mapToLong(Long::longValue).sum();
      if (n != counts.accepted()) {
        findings.problem(
            folder,
            String.format(Locale.ROOT, "it places %,d of %,d measurements", n, counts.accepted()),
            again);
      }
      requireUniqueIds(findings, folder, rows, n);
      if (labelsReadable) {
        Dataset<Row> labels = TableReader.read(spark, partition(workspace.labels()));
        requireKnown(findings, folder, rows, labels, TableColumns.ROW_ID);
      }
    }
    return findings.checked();
  }

  private void requireUniqueIds(Findings findings, Path folder, Dataset<Row> rows, long count) {
    long ids = rows.select(TableColumns.ROW_ID).distinct().count();
    if (ids != count) {
      findings.problem(
          folder,
          String.format(Locale.ROOT, "%,d rows have only %,d different row ids", count, ids),
          again);
    }
  }

  private void requireKnown(
      Findings findings, Path folder, Dataset<Row> rows, Dataset<Row> known, String column) {
    Dataset<Row> strange =
        rows.join(known.select(column), new String[] {column}, "left_anti").select(column);
    long n = strange.count();
    if (n > 0) {
      findings.problem(
          folder,
          String.format(
              Locale.ROOT,
              "%,d rows have a %s that no other table has, for instance %s",
              n,
              column,
              strange.first().getString(0)),
          again);
    }
  }

  /** Whether the folder is there and every file of it can be read to its end. */
  private boolean readable(Findings findings, Path folder) throws IOException {
    List<Path> files = ParquetFiles.of(conf(), folder);
    if (files.isEmpty()) {
      findings.problem(folder, "it is missing", again);
      return false;
    }
    return ParquetFiles.check(spark, files, findings, again);
  }

  private Path sequenceFolder(String modality) {
    return partition(TableWriter.partition(workspace.sequences(), TableColumns.MODALITY, modality));
  }

  private Path partition(Path table) {
    return TableWriter.partition(table, TableColumns.DATASET, dataset);
  }

  private Configuration conf() {
    return spark.sparkContext().hadoopConfiguration();
  }
}
