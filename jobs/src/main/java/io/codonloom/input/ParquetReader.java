package io.codonloom.input;

import io.codonloom.UserException;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.ParquetRuntimeException;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Parquet files with columns of any simple type, read as text by {@link ParquetText}. Each file is
 * read by its own schema, so that one may call a number what another calls a double, and the
 * columns that are not wanted are not looked at.
 *
 * <p>Spark's reader has one schema for all files, and refuses a file for one column that it does
 * not know.
 */
final class ParquetReader {
  /** What opening a file costs, in bytes that could be read meanwhile. */
  private static final long OPENING = 4 << 20;

  private final SparkSession spark;
  private final List<InputFile> files;

  ParquetReader(SparkSession spark, List<InputFile> files) {
    this.spark = spark;
    this.files = files;
  }

  /** One row group of a file, from its first row on. */
  private record Piece(InputFile file, int rowGroup, long firstRow, long bytes)
      implements Serializable {}

  Dataset<Row> rows(List<String> wanted, List<String> optional) {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    List<Piece> pieces =
        files.parallelStream()
            .flatMap(file -> pieces(hadoop, file, wanted, optional).stream())
            .toList();
    SerializableConfiguration conf = new SerializableConfiguration(hadoop);
    RowPlace place = new RowPlace(files);
    List<String> names = List.copyOf(wanted);
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    // The pieces travel with the function: the session's serializer may not know records.
    List<List<Piece>> tasks = tasks(pieces);
    return spark.createDataset(
        context
            .parallelize(
                IntStream.range(0, tasks.size()).boxed().toList(), Math.max(1, tasks.size()))
            .flatMap(
                number -> {
                  Task task = new Task(conf.value(), tasks.get(number), names, place);
                  TaskCompletionListener close = ended -> task.close();
                  TaskContext.get().addTaskCompletionListener(close);
                  return task;
                })
            .rdd(),
        Encoders.row(InputTable.SCHEMA));
  }

  /** As many as keep all executors busy; each is about what Spark reads at a time. */
  private List<List<Piece>> tasks(List<Piece> pieces) {
    long all = pieces.stream().mapToLong(piece -> piece.bytes() + OPENING).sum();
    long most =
        Math.min(
            spark.sessionState().conf().filesMaxPartitionBytes(),
            Math.max(OPENING, all / spark.sparkContext().defaultParallelism()));
    List<List<Piece>> tasks = new ArrayList<>();
    long bytes = 0;
    for (Piece piece : pieces) {
      if (tasks.isEmpty() || bytes + piece.bytes() > most) {
        tasks.add(new ArrayList<>());
        bytes = 0;
      }
      tasks.get(tasks.size() - 1).add(piece);
      bytes += piece.bytes() + OPENING;
    }
    return tasks;
  }

  /** A file's row groups, after making sure that its wanted columns can be read. */
  private static List<Piece> pieces(
      Configuration conf, InputFile file, List<String> wanted, List<String> optional) {
    ParquetFooter footer = ParquetFooter.read(conf, file);
    Set<String> mayLack = new LinkedHashSet<>(optional);
    mayLack.addAll(PathColumns.of(file.path()).keySet());
    InputTable.locate(file.path(), footer.columns(), wanted, List.copyOf(mayLack));
    ParquetMetadata columns;
    try {
      columns = footer.of(wanted);
    } catch (IOException | RuntimeException e) {
      throw new UserException(file.path() + " is no Parquet file: " + reason(e), e);
    }
    columns.getFileMetaData().getSchema().getFields().forEach(c -> rule(file, footer, c));
    List<Piece> pieces = new ArrayList<>();
    long rows = 0;
    for (int i = 0; i < columns.getBlocks().size(); i++) {
      BlockMetaData group = columns.getBlocks().get(i);
      long bytes = 0;
      for (ColumnChunkMetaData chunk : group.getColumns()) {
        requireCodec(conf, file, chunk.getCodec());
        bytes += chunk.getTotalSize();
      }
      if (group.getRowCount() > 0) {
        pieces.add(new Piece(file, i, rows, bytes));
      }
      rows += group.getRowCount();
    }
    return pieces;
  }

  private static Function<Object, String> rule(InputFile file, ParquetFooter footer, Type column) {
    Function<Object, String> rule =
        column.isPrimitive() && !column.isRepetition(Type.Repetition.REPEATED)
            ? ParquetText.of(column.asPrimitiveType(), footer.hasUnknownType(column.getName()))
            : null;
    if (rule == null) {
      throw new UserException(
          "%s: column '%s' has no single values that can be read as text (it is %s): write it as text or numbers"
              .formatted(file.path(), column.getName(), oneLine(column.toString())));
    }
    return rule;
  }

  private static void requireCodec(
      Configuration conf, InputFile file, CompressionCodecName compression) {
    CodecFactory codecs = new CodecFactory(conf, 0);
    try {
      codecs.getDecompressor(compression);
    } catch (ParquetRuntimeException e) {
      throw new UserException(
          "%s is compressed with %s, for which there is no codec here: write it with snappy, gzip or zstd"
              .formatted(file.path(), compression),
          e);
    } finally {
      codecs.release();
    }
  }

  /** What an exception says, in one line. */
  static String reason(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : oneLine(root.getMessage());
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }

  /** The rows of some row groups, one after the other. */
  private static final class Task implements Iterator<Row>, AutoCloseable {
    private final Configuration conf;
    private final Iterator<Piece> pieces;
    private final List<String> wanted;
    private final RowPlace place;
    private InputFile file;
    private ParquetFileReader reader;
    private ParquetRecord record;
    private String[] ofPath;
    private int[] positions;
    private RecordReader<String[]> rows;
    private long index;
    private long left;

    Task(Configuration conf, List<Piece> pieces, List<String> wanted, RowPlace place) {
      this.conf = new Configuration(conf);
      // A flipped bit would else be another letter of a sequence.
      this.conf.setBoolean("parquet.page.verify-checksum.enabled", true);
      this.pieces = pieces.iterator();
      this.wanted = wanted;
      this.place = place;
    }

    @Override
    public boolean hasNext() {
      while (left == 0 && pieces.hasNext()) {
        open(pieces.next());
      }
      return left > 0;
    }

    private void open(Piece piece) {
      try {
        if (!piece.file().equals(file)) {
          open(piece.file());
        }
        PageReadStore pages = reader.readRowGroup(piece.rowGroup());
        MessageType schema = reader.getFileMetaData().getSchema();
        rows = new ColumnIOFactory().getColumnIO(schema).getRecordReader(pages, record);
        index = piece.firstRow();
        left = pages.getRowCount();
      } catch (IOException | RuntimeException e) {
        throw unreadable(piece.file(), e);
      }
    }

    @SuppressWarnings("deprecation") // Nothing else takes a footer that was read before.
    private void open(InputFile next) throws IOException {
      close();
      ParquetFooter footer = ParquetFooter.read(conf, next);
      ParquetMetadata columns = footer.of(wanted);
      List<Type> fields = columns.getFileMetaData().getSchema().getFields();
      record = new ParquetRecord(fields.stream().map(c -> rule(next, footer, c)).toList());
      List<String> names = fields.stream().map(Type::getName).toList();
      positions = wanted.stream().mapToInt(names::indexOf).toArray();
      Map<String, String> folders = PathColumns.of(next.path());
      ofPath = wanted.stream().map(folders::get).toArray(String[]::new);
      reader = new ParquetFileReader(conf, new Path(next.path()), columns);
      file = next;
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      String[] values;
      try {
        values = rows.read();
      } catch (RuntimeException e) {
        throw unreadable(file, e);
      }
      String[] fields = new String[positions.length];
      for (int i = 0; i < fields.length; i++) {
        fields[i] = positions[i] < 0 ? ofPath[i] : values[positions[i]];
      }
      left--;
      place.advance(file.path(), 0);
      return Rows.input(place.block(), index++, null, LineState.PLAIN, fields);
    }

    private static UserException unreadable(InputFile file, Exception e) {
      return e instanceof UserException known
          ? known
          : new UserException(
              file.path() + " is damaged or cut off: " + reason(e) + "; write it anew", e);
    }

    @Override
    public void close() {
      if (reader != null) {
        try {
          reader.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        reader = null;
      }
    }
  }
}
