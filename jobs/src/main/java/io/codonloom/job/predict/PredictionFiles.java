package io.codonloom.job.predict;

import io.codonloom.UserException;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.TableWriter;
import io.codonloom.workspace.WholeFile;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What the user gets: tables of single values as CSV, row after row, or as Parquet. */
final class PredictionFiles {
  static final String PREDICTIONS = "predictions";
  static final String REFUSED = "refused";

  /** What lies in workspaces, stores and runs. */
  private static final Set<String> OTHERS =
      Set.of(
          "embeddings",
          "examples",
          "history.json",
          "labels",
          "manifests",
          "metrics.json",
          "model.safetensors",
          "predictions",
          "report.json",
          "runs",
          "sequences",
          "splits",
          "state.safetensors",
          "_plan",
          "_store.json");

  private final Configuration conf;
  private final Path folder;
  private final OutputFormat format;

  PredictionFiles(Configuration conf, Path folder, OutputFormat format) {
    this.conf = conf;
    this.folder = folder;
    this.format = format;
  }

  /** The record of the call. */
  Path manifest() {
    return new Path(folder, "manifest.json");
  }

  /** The record of what was embedded into the store. */
  Path embedRecord() {
    return new Path(folder, "embed.json");
  }

  /** The file or folder of a table. */
  Path table(String name) {
    return table(name, format);
  }

  private Path table(String name, OutputFormat any) {
    return new Path(folder, name + any.ending());
  }

  /**
   * Makes sure that neither the input nor what another stage wrote lies here; other files stay.
   *
   * @param input what is read
   * @throws UserException if something does, or the input itself
   */
  void requireOwn(String input) throws IOException {
    FileSystem fs = folder.getFileSystem(conf);
    Path absolute = fs.makeQualified(folder);
    for (Path above = new Path(input); above != null; above = above.getParent()) {
      if (above.equals(absolute)) {
        throw new UserException(
            "--output %s holds the input: name a folder for the predictions alone"
                .formatted(folder));
      }
    }
    if (!fs.exists(folder)) {
      return;
    }
    for (FileStatus file : fs.listStatus(folder)) {
      String name = file.getPath().getName();
      if (OTHERS.contains(name) || name.startsWith(TableColumns.MODALITY + "=")) {
        throw new UserException(
            "--output %s holds %s of another stage: name a folder for the predictions alone"
                .formatted(folder, name));
      }
    }
    Optional<Manifest> manifest = Manifest.read(conf, manifest());
    if (manifest.isPresent() && !manifest.get().stage().equals(PredictJob.STAGE)) {
      throw new UserException(
          "--output %s holds what %s wrote: name a folder for the predictions alone"
              .formatted(folder, manifest.get().stage()));
    }
  }

  /**
   * Takes away what an earlier call wrote, in whatever format, and the manifest first: without it
   * what is left is not finished.
   *
   * @param embedded whether {@link #embedRecord} is this call's own
   */
  void deleteFormer(boolean embedded) throws IOException {
    TableWriter.delete(conf, manifest());
    for (OutputFormat any : OutputFormat.values()) {
      TableWriter.delete(conf, table(PREDICTIONS, any));
      TableWriter.delete(conf, table(REFUSED, any));
    }
    if (!embedded) {
      TableWriter.delete(conf, embedRecord());
    }
  }

  /**
   * Writes a table.
   *
   * @return how many rows it has
   */
  long write(String name, Dataset<Row> rows) throws IOException {
    Path file = table(name);
    if (format == OutputFormat.PARQUET) {
      return TableWriter.replace(rows, file);
    }
    long[] count = {0};
    WholeFile.write(
        conf,
        file,
        out -> {
          Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
          text.write(
              Arrays.stream(rows.columns())
                  .map(PredictionFiles::field)
                  .collect(Collectors.joining(",", "", "\n")));
          // The driver holds one partition at a time.
          Iterator<Row> iterator = rows.toLocalIterator();
          while (iterator.hasNext()) {
            text.write(line(iterator.next()));
            count[0]++;
          }
          text.flush();
        });
    return count[0];
  }

  private static String line(Row row) {
    return IntStream.range(0, row.length())
        .mapToObj(i -> row.isNullAt(i) ? "" : field(row.get(i).toString()))
        .collect(Collectors.joining(",", "", "\n"));
  }

  /** As RFC 4180 has it. */
  private static String field(String value) {
    return value.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
        ? '"' + value.replace("\"", "\"\"") + '"'
        : value;
  }
}
