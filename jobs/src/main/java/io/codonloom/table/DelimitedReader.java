package io.codonloom.table;

import com.univocity.parsers.csv.CsvFormat;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import io.codonloom.UserException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * CSV and TSV with a header, quoted as in RFC 4180 but for line breaks inside quotes: those make
 * malformed rows, as otherwise no file could be read in pieces, and one stray quote would swallow
 * all rows after it.
 */
final class DelimitedReader {
  /** Spark's own name for it, with which it checks the number of fields of every row. */
  private static final String CORRUPT = "_corrupt_record";

  private static final int FIRST_FIELD = 3;

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
    // Names by position: headers may hold dots, quotes and names that differ in case only.
    StructType schema = new StructType();
    for (int i = 0; i < header.size(); i++) {
      schema = schema.add("c" + i, DataTypes.StringType);
    }
    List<Column> columns = new ArrayList<>(Arrays.asList(InputTable.place()));
    columns.add(new Column(CORRUPT).isNotNull());
    for (int position : positions) {
      columns.add(
          position < 0
              ? org.apache.spark.sql.functions.lit(null).cast(DataTypes.StringType)
              : new Column("c" + position));
    }
    RowPlace place = new RowPlace(files);
    int fields = positions.length;
    MapPartitionsFunction<Row, Row> number =
        rows -> Rows.map(Rows.withoutFirst(rows, first -> true), r -> toRow(r, place, fields));
    return spark
        .read()
        .schema(schema.add(CORRUPT, DataTypes.StringType))
        .option("sep", String.valueOf(separator))
        .option("quote", "\"")
        .option("escape", "\"")
        .option("mode", "PERMISSIVE")
        .option("columnNameOfCorruptRecord", CORRUPT)
        .option("recursiveFileLookup", true)
        .csv(InputTable.escapedPaths(files))
        .select(columns.toArray(Column[]::new))
        .mapPartitions(number, Encoders.row(InputTable.SCHEMA));
  }

  private static Row toRow(Row row, RowPlace place, int fields) {
    place.advance(row.getString(0), row.getLong(1));
    String[] values = new String[fields];
    for (int i = 0; i < fields; i++) {
      values[i] = row.getString(FIRST_FIELD + i);
    }
    return Rows.input(place.block(), place.index(), row.getBoolean(2), values);
  }

  /** The header, which must be the same in every file. */
  private List<String> header() {
    Configuration conf = spark.sparkContext().hadoopConfiguration();
    List<List<String>> headers =
        files.parallelStream()
            .map(file -> parse(file.path(), TextHead.firstLine(conf, file.path())))
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

  private List<String> parse(String file, String line) {
    CsvParserSettings settings = new CsvParserSettings();
    CsvFormat format = settings.getFormat();
    format.setDelimiter(separator);
    format.setQuoteEscape('"');
    format.setComment('\0');
    settings.setMaxCharsPerColumn(-1);
    settings.setMaxColumns(20_480);
    settings.setNullValue("");
    String[] names = new CsvParser(settings).parseLine(line);
    if (names == null) {
      throw new UserException(file + " has no header");
    }
    return List.of(names);
  }
}
