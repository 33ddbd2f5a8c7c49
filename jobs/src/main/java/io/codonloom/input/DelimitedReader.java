package io.codonloom.input;

import com.google.common.collect.Iterators;
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
 * CSV and TSV with a header, quoted as in RFC 4180 but for line breaks inside quotes: with those no
 * file could be read in pieces, and one stray quote would swallow all rows after it. A line whose
 * quote is not closed is a malformed row; whether it could be the first of several, the caller
 * tells by the {@link Quotes} of the other lines. Blank lines are no rows.
 *
 * <p>The lines are cut here and not by Spark's own reader, which takes a quote that is still open
 * at the end of a line for a closed one, so that half of a row can pass for a whole one.
 */
final class DelimitedReader {
  private final SparkSession spark;
  private final List<InputFile> files;
  private final char separator;

  DelimitedReader(SparkSession spark, List<InputFile> files, char separator) {
    this.spark = spark;
    this.files = files;
    this.separator = separator;
  }

  Dataset<Row> rows(List<String> wanted, List<String> optional) {
    List<String> header = header();
    int[] positions = InputTable.locate(files.get(0).path(), header, wanted, optional);
    int width = header.size();
    RowPlace place = new RowPlace(files);
    char cut = separator;
    MapPartitionsFunction<Row, Row> parse =
        lines -> parse(lines, place, new DelimitedLine(cut), width, positions);
    Column[] where = InputTable.place();
    return spark
        .read()
        .option("recursiveFileLookup", true)
        .text(InputTable.escapedPaths(files))
        .select(where[0], where[1], new Column("value"))
        .mapPartitions(parse, Encoders.row(InputTable.SCHEMA));
  }

  private static Iterator<Row> parse(
      Iterator<Row> lines, RowPlace place, DelimitedLine line, int width, int[] positions) {
    Iterator<Row> present = Iterators.filter(lines, row -> !row.getString(2).isBlank());
    return Rows.map(
        Rows.withoutFirst(present, header -> true),
        row -> {
          place.advance(row.getString(0), row.getLong(1));
          line.read(row.getString(2));
          String[] fields = new String[positions.length];
          for (int i = 0; i < fields.length; i++) {
            fields[i] = line.field(positions[i]);
          }
          boolean malformed = line.size() != width || line.isBroken();
          return Rows.input(place, place.index(), malformed, line.quotes(), fields);
        });
  }

  /** The header, which must be the same in every file. */
  private List<String> header() {
    Configuration conf = spark.sparkContext().hadoopConfiguration();
    List<List<String>> headers =
        files.parallelStream()
            .map(file -> names(file.path(), TextHead.firstLine(conf, file.path())))
            .toList();
    for (int i = 1; i < headers.size(); i++) {
      if (!headers.get(i).equals(headers.get(0))) {
        throw new UserException(
            files.get(i).path()
                + " has other columns than "
                + files.get(0).path()
                + ": "
                + String.join(", ", headers.get(i)));
      }
    }
    return headers.get(0);
  }

  private List<String> names(String file, String firstLine) {
    DelimitedLine line = new DelimitedLine(separator);
    line.read(firstLine);
    if (line.isBroken()) {
      throw new UserException(
          file
              + ": the header has a quote that its line does not close:"
              + " write each column's name in one line");
    }
    return line.fields().stream().map(String::strip).toList();
  }
}
