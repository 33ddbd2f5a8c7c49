package io.codonloom.job.predict;

import static org.apache.spark.sql.functions.array_join;
import static org.apache.spark.sql.functions.col;

import io.codonloom.config.Columns;
import io.codonloom.config.InputFormat;
import io.codonloom.config.Task;
import io.codonloom.job.prepare.PrepareCounts;
import io.codonloom.job.prepare.PrepareJob;
import io.codonloom.sequence.Modality;
import io.codonloom.table.InputTable;
import io.codonloom.table.Manifest;
import io.codonloom.table.TableColumns;
import io.codonloom.table.TableWriter;
import io.codonloom.table.Workspace;
import io.codonloom.training.Reading;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The input of a prediction as a dataset of the workspace, for as long as it is needed. */
final class NewSequences {
  private final SparkSession spark;
  private final Workspace workspace;
  private final io.codonloom.config.Dataset like;
  private final String name;
  private final String input;

  /**
   * @param like whose columns the input has; labels are not read
   * @param name of the dataset
   */
  NewSequences(
      SparkSession spark,
      Workspace workspace,
      io.codonloom.config.Dataset like,
      String name,
      String input) {
    this.spark = spark;
    this.workspace = workspace;
    this.like = like;
    this.name = name;
    this.input = input;
  }

  /** Holds every row against the rules and writes the tables. */
  PrepareCounts prepare(Reading reading) throws IOException {
    Manifest manifest =
        new PrepareJob(
                spark,
                workspace,
                dataset(reading),
                reading.rules().withoutLabels(),
                List.of(),
                reading.limits())
            .run();
    return Manifest.JSON.treeToValue(manifest.counts(), PrepareCounts.class);
  }

  private io.codonloom.config.Dataset dataset(Reading reading) {
    boolean fasta = InputTable.open(spark, input, InputFormat.AUTO).format() == InputFormat.FASTA;
    Columns columns =
        new Columns(
            fasta ? List.of("id") : like.columns().id(),
            like.columns().sequence(),
            "(no label)",
            Optional.empty(),
            Optional.empty(),
            fasta ? Optional.empty() : like.columns().geneticCode(),
            List.of());
    return new io.codonloom.config.Dataset(
        name,
        input,
        InputFormat.AUTO,
        Optional.empty(),
        columns,
        reading.geneticCode(),
        like.labelName(),
        like.labelOrigin(),
        Task.REGRESSION,
        List.of());
  }

  /** The rows that pass the rules: {@code row_id}, {@code sequence_id}. */
  Dataset<Row> accepted() {
    return spark
        .read()
        .parquet(partition(workspace.labels()).toString())
        .select(TableColumns.ROW_ID, TableColumns.SEQUENCE_ID);
  }

  /** The others: {@code row_number}, {@code row_id}, the reasons in one text, {@code position}. */
  Dataset<Row> rejected() {
    return spark
        .read()
        .parquet(partition(workspace.rejects()).toString())
        .select(
            col(TableColumns.ROW_NUMBER),
            col(TableColumns.ROW_ID),
            array_join(col(TableColumns.REASONS), "; ").as(Scorer.REASON),
            col(TableColumns.POSITION));
  }

  /** Deletes the tables. */
  void delete() throws IOException {
    Path prepared = workspace.prepareManifest(name);
    prepared.getFileSystem(conf()).delete(prepared, false);
    for (Modality modality : Modality.values()) {
      Path table =
          TableWriter.partition(workspace.sequences(), TableColumns.MODALITY, modality.id());
      TableWriter.delete(conf(), partition(table));
    }
    for (Path table : List.of(workspace.labels(), workspace.rejects(), workspace.splits())) {
      TableWriter.delete(conf(), partition(table));
    }
  }

  private Path partition(Path table) {
    return TableWriter.partition(table, TableColumns.DATASET, name);
  }

  private Configuration conf() {
    return spark.sparkContext().hadoopConfiguration();
  }
}
