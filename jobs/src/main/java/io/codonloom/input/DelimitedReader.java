package io.codonloom.input;

import io.codonloom.UserException;
import io.codonloom.config.TextLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * CSV and TSV with a header, quoted as in RFC 4180. A file that is read in pieces is read line by
 * line, as no piece could tell whether it begins inside of quotes; the {@link LineState} of its
 * lines tells whether it must be read again {@linkplain LineCensus#acrossLines() in one piece},
 * which fields with line breaks ask for. Blank lines are no rows. Folders called {@code name=value}
 * are columns of all rows below them, unless the header has such a column itself.
 *
 * <p>The lines are cut here and not by Spark's own reader, which takes a quote that is still open
 * at the end of a line for a closed one, so that half of a row can pass for a whole one.
 */
final class DelimitedReader {
  private final SparkSession spark;
  private final List<InputFile> files;
  private final char usual;
  private final TextLayout layout;
  private final Set<Integer> inOnePiece;

  DelimitedReader(
      SparkSession spark,
      List<InputFile> files,
      char usual,
      TextLayout layout,
      Set<Integer> inOnePiece) {
    this.spark = spark;
    this.files = files;
    this.usual = usual;
    this.layout = layout;
    this.inOnePiece = inOnePiece;
  }

  Dataset<Row> rows(List<String> wanted, List<String> optional) {
    Configuration conf = spark.sparkContext().hadoopConfiguration();
    List<TextFile> texts =
        files.parallelStream()
            .map(file -> TextFile.of(conf, file.path(), layout.encoding()))
            .toList();
    List<String> needed = wanted.stream().filter(name -> !optional.contains(name)).toList();
    List<Optional<DelimitedHeader>> headers =
        texts.parallelStream().map(text -> header(conf, text, needed)).toList();
    List<Optional<TextFile>> present = new ArrayList<>();
    DelimitedHeader header = null;
    for (int i = 0; i < texts.size(); i++) {
      if (headers.get(i).isPresent() && header == null) {
        header = headers.get(i).get();
      }
      requireSame(headers, i, header);
      present.add(headers.get(i).isPresent() ? Optional.of(texts.get(i)) : Optional.empty());
    }
    if (header == null) {
      throw new UserException(files.get(0).path() + " is empty");
    }
    int[] positions = new int[0];
    ArrayList<String[]> ofPaths = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      InputFile file = files.get(i);
      Map<String, String> folders = PathColumns.of(file.path());
      ofPaths.add(wanted.stream().map(folders::get).toArray(String[]::new));
      if (present.get(i).isEmpty()) {
        continue; // It has no rows that could lack a column.
      }
      List<String> mayLack = new ArrayList<>(optional);
      mayLack.addAll(folders.keySet());
      // All have the same header: what differs is which of its columns a path makes up for.
      positions = InputTable.locate(file.path(), header.names(), wanted, mayLack);
    }
    return new TextPieces(spark)
        .rows(files, present, inOnePiece, parser(header, layout, positions, ofPaths));
  }

  private Optional<DelimitedHeader> header(Configuration conf, TextFile text, List<String> needed) {
    Optional<Character> told = layout.separatorCharacter();
    Optional<DelimitedHeader> header =
        told.isPresent()
            ? DelimitedHeader.read(conf, text, told.get(), layout)
            : DelimitedHeader.find(conf, text, usual, layout, withoutFolders(text, needed));
    if (header.isPresent() && header.get().fault() != null) {
      throw new UserException(text.path() + ": the header cannot be read: " + header.get().fault());
    }
    return header;
  }

  /** Of some columns those that no folder of the file's path gives. */
  private static List<String> withoutFolders(TextFile text, List<String> columns) {
    Map<String, String> folders = PathColumns.of(text.path());
    return columns.stream().filter(name -> !folders.containsKey(name)).toList();
  }

  private void requireSame(
      List<Optional<DelimitedHeader>> headers, int file, DelimitedHeader first) {
    if (headers.get(file).isPresent() && !headers.get(file).get().equals(first)) {
      throw new UserException(
          files.get(file).path()
              + " has other columns than "
              + files.get(0).path()
              + ": "
              + String.join(", ", headers.get(file).get().names()));
    }
  }

  private static TextPieces.Parser parser(
      DelimitedHeader header, TextLayout layout, int[] positions, List<String[]> ofPaths) {
    char separator = header.separator();
    String comment = layout.comment().orElse(null);
    int width = header.names().size();
    return (lines, piece) -> {
      DelimitedRecords records = new DelimitedRecords(lines, piece.end(), separator, comment);
      if (piece.start() == 0) {
        records.next(); // The header.
      }
      records.expect(width, positions, ofPaths.get(piece.file()), piece.isWhole());
      return records;
    };
  }
}
