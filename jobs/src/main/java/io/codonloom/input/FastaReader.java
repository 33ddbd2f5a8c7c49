package io.codonloom.input;

import io.codonloom.UserException;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * FASTA, in pieces: a record ends where a line starts with {@code >}. The id is the first word
 * after it, the sequence all lines up to the next record, joined.
 */
final class FastaReader {
  private final SparkSession spark;
  private final List<InputFile> files;

  FastaReader(SparkSession spark, List<InputFile> files) {
    this.spark = spark;
    this.files = files;
  }

  /** Two fields: the id and the sequence. */
  Dataset<Row> rows() {
    Configuration conf = spark.sparkContext().hadoopConfiguration();
    files.parallelStream()
        .forEach(
            file -> {
              if (!TextHead.firstLine(conf, file.path()).startsWith(">")) {
                throw new UserException(
                    file.path() + " is no FASTA file: its first line does not start with '>'");
              }
            });
    Column[] place = InputTable.place();
    RowPlace rowPlace = new RowPlace(files);
    MapPartitionsFunction<Row, Row> parse = rows -> records(rows, rowPlace);
    return spark
        .read()
        .option("lineSep", "\n>")
        .option("recursiveFileLookup", true)
        .text(InputTable.escapedPaths(files))
        .select(place[0], place[1], new Column("value"))
        .mapPartitions(parse, Encoders.row(InputTable.SCHEMA));
  }

  private static Iterator<Row> records(Iterator<Row> pieces, RowPlace place) {
    return Rows.map(
        // Blank lines before a file's first record look like a record to Spark.
        Rows.withoutFirst(pieces, piece -> piece.getString(2).isBlank()),
        row -> {
          place.advance(row.getString(0), row.getLong(1));
          return Rows.input(place, place.index(), false, Quotes.NONE, parse(row.getString(2)));
        });
  }

  static String[] parse(String record) {
    String text = record.startsWith(">") ? record.substring(1) : record;
    int end = text.indexOf('\n');
    String title = end < 0 ? text : text.substring(0, end);
    String id = title.strip().split("\\s", 2)[0];
    StringBuilder sequence = new StringBuilder(text.length());
    if (end >= 0) {
      text.substring(end).lines().forEach(line -> sequence.append(line.strip()));
    }
    return new String[] {id.isEmpty() ? null : id, sequence.toString()};
  }
}
