package io.codonloom.job.predict;

import io.codonloom.table.TableWriter;
import io.codonloom.table.WholeFile;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Writes tables of single values for the user: as CSV, row after row, or as Parquet. */
final class PredictionFiles {
  private final Configuration conf;
  private final Path folder;
  private final OutputFormat format;

  PredictionFiles(Configuration conf, Path folder, OutputFormat format) {
    this.conf = conf;
    this.folder = folder;
    this.format = format;
  }

  /** Takes away what an earlier call wrote, in whatever format. */
  void delete(String name) throws IOException {
    for (OutputFormat any : OutputFormat.values()) {
      TableWriter.delete(conf, new Path(folder, name + any.ending()));
    }
  }

  /**
   * Writes a table.
   *
   * @return how many rows it has
   */
  long write(String name, Dataset<Row> rows) throws IOException {
    Path file = new Path(folder, name + format.ending());
    if (format == OutputFormat.PARQUET) {
      TableWriter.replace(rows, file);
      return TableWriter.rows(conf, file);
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
