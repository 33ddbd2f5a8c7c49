package io.codonloom.input;

import io.codonloom.UserException;
import io.codonloom.config.InputFormat;
import io.codonloom.config.Suggestion;
import io.codonloom.config.TextLayout;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The user's input files as rows of text fields, each with its place in the input. A row is lost by
 * nothing: one that does not fit the header comes marked as malformed.
 */
public final class InputTable {
  /** The {@linkplain RowPlace block} that the row lies in. */
  public static final String BLOCK = "block";

  /** The row's number in its block, from 0. */
  public static final String INDEX = "index";

  /** Why the row is none, such as the number of its fields; null if it is one. */
  public static final String MALFORMED = "malformed";

  /** The {@link LineState} of the row, by its code. */
  public static final String LINE_STATE = "line_state";

  /** The wanted fields in the wanted order; null where a field is empty or not there. */
  public static final String FIELDS = "fields";

  /** What {@link #rows} returns. */
  public static final StructType SCHEMA =
      new StructType()
          .add(BLOCK, DataTypes.LongType, false)
          .add(INDEX, DataTypes.LongType, false)
          .add(MALFORMED, DataTypes.StringType)
          .add(LINE_STATE, DataTypes.IntegerType, false)
          .add(FIELDS, DataTypes.createArrayType(DataTypes.StringType, true), false);

  private static final Map<String, InputFormat> BY_ENDING =
      Map.ofEntries(
          Map.entry("csv", InputFormat.CSV),
          Map.entry("tsv", InputFormat.TSV),
          Map.entry("tab", InputFormat.TSV),
          Map.entry("fasta", InputFormat.FASTA),
          Map.entry("fa", InputFormat.FASTA),
          Map.entry("fna", InputFormat.FASTA),
          Map.entry("ffn", InputFormat.FASTA),
          Map.entry("fas", InputFormat.FASTA),
          Map.entry("parquet", InputFormat.PARQUET));

  private final SparkSession spark;
  private final List<String> input;
  private final List<InputFile> files;
  private final InputFormat format;
  private final TextLayout layout;
  private final Set<Integer> inOnePiece;

  private InputTable(
      SparkSession spark,
      List<String> input,
      List<InputFile> files,
      InputFormat format,
      TextLayout layout,
      Set<Integer> inOnePiece) {
    this.spark = spark;
    this.input = input;
    this.files = files;
    this.format = format;
    this.layout = layout;
    this.inOnePiece = inOnePiece;
  }

  /**
   * Finds the files; nothing is read yet.
   *
   * @param input files, folders or globs
   * @param layout of text files
   * @throws UserException if there is none, one is there twice, or the format is not told and
   *     cannot be
   */
  public static InputTable open(
      SparkSession spark, List<String> input, InputFormat format, TextLayout layout) {
    List<InputFile> files = InputFile.list(spark.sparkContext().hadoopConfiguration(), input);
    return new InputTable(
        spark,
        List.copyOf(input),
        files,
        format == InputFormat.AUTO ? byEnding(files, InputFormat.AUTO) : format,
        layout,
        Set.of());
  }

  /**
   * The format of files that need not be like those that the settings were made for: what an ending
   * tells counts more than the settings.
   *
   * @param otherwise the format of files whose ending tells none
   */
  public static InputFormat formatByEnding(
      SparkSession spark, String input, InputFormat otherwise) {
    return byEnding(
        InputFile.list(spark.sparkContext().hadoopConfiguration(), List.of(input)), otherwise);
  }

  private static InputFormat byEnding(List<InputFile> files, InputFormat otherwise) {
    InputFormat found = null;
    for (InputFile file : files) {
      String name = file.path().toLowerCase(Locale.ROOT).replaceFirst("\\.(gz|bz2|zst)$", "");
      InputFormat one =
          BY_ENDING.getOrDefault(name.substring(name.lastIndexOf('.') + 1), otherwise);
      if (one == InputFormat.AUTO || (found != null && one != found)) {
        throw new UserException(
            "cannot tell the format of "
                + file.path()
                + " by its ending: name it .csv, .tsv, .fasta or .parquet, or set dataset.format");
      }
      found = one;
    }
    return found;
  }

  /** The files in the order in which their rows are numbered. */
  public List<InputFile> files() {
    return files;
  }

  /**
   * Makes sure that what was read more than once was the same each time.
   *
   * @throws UserException if a file has another length or date than when the input was opened
   */
  public void requireUnchanged() {
    if (!InputFile.list(spark.sparkContext().hadoopConfiguration(), input).equals(files)) {
      throw new UserException(
          location() + " has changed while it was read: run this again once nothing writes to it");
    }
  }

  /** The format, as told or by the files' endings. */
  public InputFormat format() {
    return format;
  }

  /** Where the input is, for messages. */
  public String location() {
    return input.size() == 1
        ? input.get(0)
        : input.get(0) + String.format(Locale.ROOT, " and %d more", input.size() - 1);
  }

  /**
   * Reads the rows.
   *
   * @param wanted the columns to read, for FASTA exactly two: the id, then the sequence
   * @param optional columns that may be missing from the input; their fields are null then
   * @return {@link #SCHEMA}
   * @throws UserException if a wanted column is not there
   */
  public Dataset<Row> rows(List<String> wanted, List<String> optional) {
    return switch (format) {
      case FASTA -> new FastaReader(spark, files, layout).rows();
      case PARQUET -> new ParquetReader(spark, files).rows(wanted, optional);
      case TSV -> delimited('\t').rows(wanted, optional);
      case CSV -> delimited(',').rows(wanted, optional);
      case AUTO -> throw new IllegalStateException("open() tells the format");
    };
  }

  private DelimitedReader delimited(char usual) {
    return new DelimitedReader(spark, files, usual, layout, inOnePiece);
  }

  /**
   * The same input, with some files, by their number, read by one task from their first line on.
   */
  public InputTable inOnePiece(Set<Integer> numbers) {
    return new InputTable(spark, input, files, format, layout, Set.copyOf(numbers));
  }

  /** What to say of a file, by its number, with a line that cannot be read. */
  public UserException unreadable(int number) {
    Configuration conf = spark.sparkContext().hadoopConfiguration();
    return TextFile.of(conf, files.get(number).path(), layout.encoding()).unreadable(conf);
  }

  /**
   * The positions of the wanted columns among a file's.
   *
   * @return −1 for an optional one that is not there
   */
  static int[] locate(
      String file, List<String> existing, List<String> wanted, List<String> optional) {
    int[] positions = new int[wanted.size()];
    for (int i = 0; i < positions.length; i++) {
      String name = wanted.get(i);
      positions[i] = existing.indexOf(name);
      if (positions[i] < 0 && !optional.contains(name)) {
        throw new UserException(
            file
                + " has no column '"
                + name
                + "' (it has "
                + String.join(", ", existing)
                + "); "
                + Suggestion.among(existing, name, UnaryOperator.identity()));
      }
      if (positions[i] != existing.lastIndexOf(name)) {
        throw new UserException(
            file
                + " has two columns '"
                + name
                + "': rename one, so that it is clear which is meant");
      }
    }
    return positions;
  }

  static String[] escapedPaths(List<InputFile> files) {
    return files.stream().map(InputFile::escapedPath).toArray(String[]::new);
  }

  /** Where Spark read a row: the first two columns of what {@link RowPlace} numbers. */
  static Column[] place() {
    return new Column[] {
      new Column("_metadata.file_path"), new Column("_metadata.file_block_start")
    };
  }
}
