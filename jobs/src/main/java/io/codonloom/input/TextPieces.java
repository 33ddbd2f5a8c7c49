package io.codonloom.input;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.BlockLocation;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag$;

/**
 * Text files in pieces of the size that Spark's settings ask for, each read from its first line
 * that begins in it to the end of the last one. Spark's own text source takes other characters for
 * line ends than a file has, and replaces bytes that are no text.
 */
final class TextPieces {
  /**
   * A part of a file.
   *
   * @param file its number
   * @param start the first byte
   * @param end behind the last byte; of a whole file without end
   */
  record Piece(int file, TextFile text, long start, long end) implements Serializable {
    /** Whether it is all of the file. */
    boolean isWhole() {
      return start == 0 && end == Long.MAX_VALUE;
    }
  }

  /** Finds the records of a piece. */
  interface Parser extends Serializable {
    PieceRecords records(LineReader lines, Piece piece) throws IOException;
  }

  private final SparkSession spark;
  private final Configuration conf;

  TextPieces(SparkSession spark) {
    this.spark = spark;
    this.conf = spark.sparkContext().hadoopConfiguration();
  }

  /**
   * The records of all files.
   *
   * @param texts one for each file; empty for one that has no records
   * @param inOnePiece the numbers of the files that are not to be cut
   * @return {@link InputTable#SCHEMA}
   */
  Dataset<Row> rows(
      List<InputFile> files,
      List<Optional<TextFile>> texts,
      Set<Integer> inOnePiece,
      Parser parser) {
    ArrayList<List<Piece>> groups = new ArrayList<>(groups(files, texts, inOnePiece));
    // The pieces travel with the function: the session's serializer may not know records.
    List<Tuple2<Integer, Seq<String>>> located =
        IntStream.range(0, groups.size())
            .parallel()
            .mapToObj(group -> new Tuple2<>(group, hosts(groups.get(group))))
            .toList();
    SerializableConfiguration hadoop = new SerializableConfiguration(conf);
    FlatMapFunction<Integer, Row> read =
        group -> new PieceIterator(groups.get(group), hadoop.value(), parser);
    return spark.createDataFrame(
        spark
            .sparkContext()
            .makeRDD(
                JavaConverters.asScalaBuffer(located).toSeq(),
                ClassTag$.MODULE$.<Integer>apply(Integer.class))
            .toJavaRDD()
            .flatMap(read),
        InputTable.SCHEMA);
  }

  /** What one task reads: small files together, large ones in pieces. */
  private List<List<Piece>> groups(
      List<InputFile> files, List<Optional<TextFile>> texts, Set<Integer> inOnePiece) {
    SQLConf settings = spark.sessionState().conf();
    long openCost = settings.filesOpenCostInBytes();
    long all = files.stream().mapToLong(file -> file.length() + openCost).sum();
    long most =
        Math.min(
            settings.filesMaxPartitionBytes(),
            Math.max(openCost, all / spark.sparkContext().defaultParallelism()));
    List<List<Piece>> groups = new ArrayList<>();
    long room = 0;
    for (int i = 0; i < files.size(); i++) {
      if (texts.get(i).isEmpty()) {
        continue;
      }
      TextFile text = texts.get(i).get();
      long length = files.get(i).length();
      boolean whole = length <= most || inOnePiece.contains(i) || !text.canBeCut(conf);
      for (long start = 0; start < length; start += whole ? length : most) {
        long size = whole ? length : Math.min(most, length - start);
        if (groups.isEmpty() || size > room) {
          groups.add(new ArrayList<>());
          room = most;
        }
        groups
            .get(groups.size() - 1)
            .add(new Piece(i, text, start, whole ? Long.MAX_VALUE : start + size));
        room -= size + openCost;
      }
    }
    return groups;
  }

  /** The machines that hold the first piece; none where every one is as near. */
  private Seq<String> hosts(List<Piece> group) {
    Piece first = group.get(0);
    List<String> hosts = List.of();
    try {
      Path path = new Path(first.text().path());
      FileSystem fs = path.getFileSystem(conf);
      BlockLocation[] blocks = fs.getFileBlockLocations(path, first.start(), 1);
      hosts =
          blocks == null || blocks.length == 0
              ? hosts
              : Arrays.stream(blocks[0].getHosts()).filter(h -> !h.equals("localhost")).toList();
    } catch (IOException e) {
      // It is read from afar; whether it can be read at all, the task finds out.
    }
    return JavaConverters.asScalaBuffer(hosts).toSeq();
  }

  private static final class PieceIterator implements Iterator<Row> {
    private final Iterator<Piece> pieces;
    private final Configuration conf;
    private final Parser parser;
    private Piece piece;
    private LineReader lines;
    private PieceRecords records;
    private long index;
    private Row row;

    PieceIterator(List<Piece> pieces, Configuration conf, Parser parser) {
      this.pieces = pieces.iterator();
      this.conf = conf;
      this.parser = parser;
      TaskContext.get()
          .addTaskCompletionListener(
              (org.apache.spark.util.TaskCompletionListener) context -> closeQuietly());
    }

    @Override
    public boolean hasNext() {
      while (row == null && (records != null || pieces.hasNext())) {
        advance();
      }
      return row != null;
    }

    private void advance() {
      try {
        if (records == null) {
          piece = pieces.next();
          lines = piece.text().open(conf, piece.start());
          records = parser.records(lines, piece);
          index = 0;
        }
        if (records.next()) {
          row = records.row(RowPlace.block(piece.file(), piece.start()), index++);
        } else {
          records = null;
          lines.close();
          lines = null;
        }
      } catch (IOException e) {
        throw TextFile.damaged(piece.text().path(), e);
      }
    }

    private void closeQuietly() {
      try {
        if (lines != null) {
          lines.close();
        }
      } catch (IOException e) {
        // Everything that is wanted was read.
      }
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Row result = row;
      row = null;
      return result;
    }
  }
}
