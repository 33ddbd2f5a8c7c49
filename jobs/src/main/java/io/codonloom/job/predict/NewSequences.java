package io.codonloom.job.predict;

import static org.apache.spark.sql.functions.array_join;
import static org.apache.spark.sql.functions.col;

import io.codonloom.config.Columns;
import io.codonloom.config.InputFormat;
import io.codonloom.config.Task;
import io.codonloom.input.InputTable;
import io.codonloom.job.prepare.PrepareCounts;
import io.codonloom.job.prepare.PrepareJob;
import io.codonloom.model.Preprocessing;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.TableReader;
import io.codonloom.workspace.TableWriter;
import io.codonloom.workspace.Workspace;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The input of a prediction as a dataset of a workspace that is there until this is closed. It is
 * not the experiment's: whoever reads a whole table of that one must not meet these sequences.
 */
final class NewSequences implements AutoCloseable {
  /** The name of the dataset. */
  static final String NAME = "predict";

  private final SparkSession spark;
  private final Workspace workspace;
  private final io.codonloom.config.Dataset like;
  private final String input;
  private final InputFormat format;

  private NewSequences(
      SparkSession spark,
      Workspace workspace,
      io.codonloom.config.Dataset like,
      String input,
      InputFormat format) {
    this.spark = spark;
    this.workspace = workspace;
    this.like = like;
    this.input = input;
    this.format = format;
  }

  /**
   * Finds the input; nothing is read or written yet.
   *
   * @param workspace for this alone
   * @param like whose columns the input has, and whose format where its ending tells none; labels
   *     are not read
   * @throws io.codonloom.UserException if there is no input, or its format cannot be told
   */
  static NewSequences open(
      SparkSession spark, Workspace workspace, io.codonloom.config.Dataset like, String input) {
    InputFormat format = InputTable.formatByEnding(spark, input, like.format());
    return new NewSequences(spark, workspace, like, input, format);
  }

  /**
   * Holds every row against the rules and writes the tables.
   *
   * @throws io.codonloom.job.prepare.NoRowAcceptedException if none passes; there are only {@link
   *     #rejected} then
   */
  PrepareCounts prepare(Preprocessing reading) throws IOException {
    close(); // A call that was killed has left its own.
    Manifest manifest =
        new PrepareJob(
                spark,
                workspace,
                dataset(reading.geneticCode()),
                reading.rules().withoutLabels(),
                List.of(),
                reading.limits())
            .run();
    return Manifest.JSON.treeToValue(manifest.counts(), PrepareCounts.class);
  }

  private io.codonloom.config.Dataset dataset(int geneticCode) {
    boolean fasta = format == InputFormat.FASTA;
    Columns columns =
        new Columns(
            fasta ? List.of("id") : like.columns().id(),
            like.columns().sequence(),
            "(no label)",
            Optional.empty(),
            Optional.empty(),
            fasta ? Optional.empty() : like.columns().geneticCode(),
            fasta ? Optional.empty() : like.columns().selenocysteine(),
            List.of(),
            like.columns().cdsStart().filter(column -> !fasta),
            like.columns().cdsEnd().filter(column -> !fasta));
    return new io.codonloom.config.Dataset(
        NAME,
        List.of(input),
        format,
        Optional.empty(),
        columns,
        geneticCode,
        like.labelName(),
        like.labelOrigin(),
        Task.REGRESSION,
        List.of(),
        like.encoding(),
        like.separator(),
        like.comment(),
        like.decimal(),
        fasta && like.cdsInHeader(),
        false,
        like.missingValues());
  }

  /** The rows that pass the rules: {@code row_number}, {@code row_id}, {@code sequence_id}. */
  Dataset<Row> accepted() {
    return TableReader.read(spark, partition(workspace.labels()))
        .select(TableColumns.ROW_NUMBER, TableColumns.ROW_ID, TableColumns.SEQUENCE_ID);
  }

  /** The others: {@code row_number}, {@code row_id}, the reasons in one text, {@code position}. */
  Dataset<Row> rejected() {
    return TableReader.read(spark, partition(workspace.rejects()))
        .select(
            col(TableColumns.ROW_NUMBER),
            col(TableColumns.ROW_ID),
            array_join(col(TableColumns.REASONS), "; ").as(TableColumns.REASON),
            col(TableColumns.POSITION));
  }

  /** Deletes the workspace. */
  @Override
  public void close() throws IOException {
    TableWriter.delete(spark.sparkContext().hadoopConfiguration(), new Path(workspace.root()));
  }

  private static Path partition(Path table) {
    return TableWriter.partition(table, TableColumns.DATASET, NAME);
  }
}
