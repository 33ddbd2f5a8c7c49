package io.codonloom.job.embed;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.slice;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.sum;

import io.codonloom.UserException;
import io.codonloom.sequence.Modality;
import io.codonloom.workspace.CodeTables;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.SequencesTable;
import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.TableReader;
import io.codonloom.workspace.Workspace;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** The distinct texts of the sequences table. */
final class DistinctTexts {
  /** 1 for a text of the datasets to embed, else 0. */
  static final String WANTED = "wanted";

  /** How many rows of the datasets to embed have the text. */
  static final String ROWS = "rows";

  /** The first {@value #IDS} sequences of the datasets to embed that have the text. */
  static final String SEQUENCE_IDS = "sequence_ids";

  private static final int IDS = 5;

  private final SparkSession spark;
  private final Workspace workspace;
  private final Set<Modality> modalities;
  private final List<String> datasets;

  DistinctTexts(
      SparkSession spark, Workspace workspace, Set<Modality> modalities, List<String> datasets) {
    this.spark = spark;
    this.workspace = workspace;
    this.modalities = modalities;
    this.datasets = datasets;
  }

  /**
   * Checks that every dataset has its sequences, and none of a genetic code corrected since.
   *
   * @throws UserException if one has not
   */
  void requirePrepared() throws IOException {
    for (String dataset : datasets) {
      Manifest.read(spark.sparkContext().hadoopConfiguration(), workspace.prepareManifest(dataset))
          .ifPresent(CodeTables::requireCurrent);
      for (Modality modality : modalities) {
        Path folder = SequencesTable.folder(workspace.sequences(), modality, dataset);
        if (!exists(folder)) {
          throw new UserException(
              "dataset %s has no %s sequences in %s: run prepare first"
                  .formatted(dataset, modality.id(), workspace.sequences()));
        }
      }
    }
  }

  private boolean exists(Path folder) throws IOException {
    return folder.getFileSystem(spark.sparkContext().hadoopConfiguration()).exists(folder);
  }

  /**
   * Each text once, of all datasets: modality, key, sequence, n_codons, {@link #WANTED}, {@link
   * #ROWS}. Those of other datasets are there because an unfinished shard may hold them.
   */
  Dataset<Row> texts() {
    return texts(table());
  }

  /**
   * The same as it would be after {@code prepare}.
   *
   * @param sequences what the datasets' partitions of the table would hold
   */
  Dataset<Row> textsWith(Dataset<Row> sequences) throws IOException {
    Dataset<Row> all = sequences.select(columns());
    if (exists(workspace.sequences())) {
      Dataset<Row> others =
          table().where(not(col(TableColumns.DATASET).isin(datasets.toArray()))).select(columns());
      all = all.union(others);
    }
    return texts(all);
  }

  private static Column[] columns() {
    return Arrays.stream(SequencesTable.SCHEMA.fieldNames())
        .map(functions::col)
        .toArray(Column[]::new);
  }

  private Dataset<Row> table() {
    return TableReader.strict(spark)
        .schema(SequencesTable.SCHEMA)
        .parquet(TableReader.path(workspace.sequences()));
  }

  private Dataset<Row> texts(Dataset<Row> sequences) {
    return ofModalities(sequences)
        .withColumn(WANTED, col(TableColumns.DATASET).isin(datasets.toArray()).cast("int"))
        .groupBy(TableColumns.MODALITY, TableColumns.KEY)
        .agg(
            first(TableColumns.SEQUENCE).as(TableColumns.SEQUENCE),
            first(TableColumns.N_CODONS).as(TableColumns.N_CODONS),
            max(WANTED).as(WANTED),
            sum(WANTED).as(ROWS));
  }

  /**
   * Of some inputs those that the datasets to embed have, each with {@link #ROWS} and {@link
   * #SEQUENCE_IDS}.
   *
   * @param entries of the quarantine
   */
  QuarantinedInputs quarantined(Dataset<Row> entries) {
    String[] key = {TableColumns.MODALITY, TableColumns.KEY};
    Dataset<Row> owners =
        ofModalities(table())
            .where(col(TableColumns.DATASET).isin(datasets.toArray()))
            .join(entries, key, "left_semi")
            .groupBy(TableColumns.MODALITY, TableColumns.KEY)
            .agg(
                count(lit(1)).as(ROWS),
                slice(sort_array(collect_set(TableColumns.SEQUENCE_ID)), 1, IDS).as(SEQUENCE_IDS));
    return new QuarantinedInputs(entries.join(owners, key));
  }

  private Dataset<Row> ofModalities(Dataset<Row> sequences) {
    return sequences.where(
        col(TableColumns.MODALITY).isin(modalities.stream().map(Modality::id).toArray()));
  }
}
