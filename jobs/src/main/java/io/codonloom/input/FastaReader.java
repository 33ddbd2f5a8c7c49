package io.codonloom.input;

import io.codonloom.UserException;
import io.codonloom.config.TextLayout;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** FASTA, in pieces. */
final class FastaReader {
  private final SparkSession spark;
  private final List<InputFile> files;
  private final TextLayout layout;

  FastaReader(SparkSession spark, List<InputFile> files, TextLayout layout) {
    this.spark = spark;
    this.files = files;
    this.layout = layout;
  }

  /**
   * Two fields, the id and the sequence; with {@link TextLayout#cdsInHeader} also the first and the
   * last nucleotide of its coding part.
   */
  Dataset<Row> rows() {
    boolean cdsInHeader = layout.cdsInHeader();
    boolean stripVersion = layout.stripIdVersion();
    Configuration conf = spark.sparkContext().hadoopConfiguration();
    List<Optional<TextFile>> texts =
        files.parallelStream()
            .map(file -> TextFile.of(conf, file.path(), layout.encoding()))
            .map(text -> Optional.of(text).filter(t -> hasRecord(conf, t)))
            .toList();
    if (texts.stream().allMatch(Optional::isEmpty)) {
      throw new UserException(files.get(0).path() + " is empty");
    }
    return new TextPieces(spark)
        .rows(
            files,
            texts,
            Set.of(),
            (lines, piece) -> new FastaRecords(lines, piece.end(), cdsInHeader, stripVersion));
  }

  /** False if the file has no record; refuses one whose first text is none. */
  private static boolean hasRecord(Configuration conf, TextFile text) {
    try (LineReader lines = text.open(conf, 0)) {
      while (lines.next()) {
        if (lines.state().isUnreadable()) {
          throw text.unreadable(lines);
        }
        if (!FastaRecords.canBegin(lines.text())) {
          throw new UserException(
              text.path()
                  + " is no FASTA file: its first line that is not blank (line "
                  + lines.number()
                  + ") does not start with '>'");
        }
        if (FastaRecords.isTitle(lines.text())) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw TextFile.damaged(text.path(), e);
    }
  }
}
