package io.codonloom.job.train;

import io.codonloom.UserException;
import io.codonloom.embedding.CodonVectors;
import io.codonloom.fusion.Features;
import io.codonloom.model.Example;
import io.codonloom.sequence.Modality;
import io.codonloom.store.NodeCache;
import io.codonloom.workspace.TableColumns;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;

/**
 * A run's rows on this machine: a memory-mapped file with the rows' texts where the network reads
 * those, then a record of fixed length for each row (label, then a {@link VectorRecord} for each
 * modality), then where the records begin.
 */
final class LocalExamples {
  private static final Map<String, LocalExamples> OPEN = new ConcurrentHashMap<>();
  private static final int LABEL_BYTES = 8;
  private static final int BUFFER = 1 << 20;

  private final ByteBuffer file;
  private final int records;
  private final List<Modality> modalities;
  private final VectorRecord vectors;
  private final int size;

  private LocalExamples(TrainingContext context, ByteBuffer file) {
    this.file = file;
    this.records = Math.toIntExact(file.getLong(file.limit() - 8));
    this.modalities = List.copyOf(context.dims().keySet());
    this.vectors = vectors(context);
    this.size = recordBytes(vectors, modalities.size());
  }

  private static VectorRecord vectors(TrainingContext context) {
    return context.network().features() == Features.ONE_HOT
        ? new LetterRecord()
        : new StoredRecord(context);
  }

  private static int recordBytes(VectorRecord vectors, int modalities) {
    return LABEL_BYTES + modalities * vectors.bytes();
  }

  /** The rows of a run; one object for all threads of this JVM. */
  static LocalExamples of(TrainingContext context) {
    return OPEN.computeIfAbsent(context.id(), id -> open(context));
  }

  private static LocalExamples open(TrainingContext context) {
    try {
      Path file = NodeCache.file("examples/" + context.id(), out -> convert(context, out));
      // The records are of use to this Spark application only; the mapping outlives the name.
      file.toFile().deleteOnExit();
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        if (channel.size() > Integer.MAX_VALUE) {
          throw new UserException(
              "the sequences of %s have 2 GiB of letters or more; name fewer model.modalities"
                  .formatted(context.examples()));
        }
        return new LocalExamples(
            context, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void convert(TrainingContext context, OutputStream out) throws IOException {
    VectorRecord vectors = vectors(context);
    int size = recordBytes(vectors, context.dims().size());
    ByteBuffer all = ByteBuffer.allocate(Math.multiplyExact(size, context.rows()));
    DataOutputStream data = new DataOutputStream(new BufferedOutputStream(out, BUFFER));
    long[] position = {0};
    VectorRecord.Texts texts =
        bytes -> {
          data.write(bytes);
          position[0] += bytes.length;
          return position[0] - bytes.length;
        };
    Configuration conf = context.conf();
    org.apache.hadoop.fs.Path folder = new org.apache.hadoop.fs.Path(context.examples());
    for (FileStatus file : folder.getFileSystem(conf).listStatus(folder)) {
      if (file.getPath().getName().endsWith(".parquet")) {
        try (ParquetReader<Group> reader =
            ParquetReader.builder(new GroupReadSupport(), file.getPath()).withConf(conf).build()) {
          for (Group row = reader.read(); row != null; row = reader.read()) {
            all.position(row.getInteger(ExampleTable.ROW, 0) * size);
            all.putDouble(row.getDouble(TableColumns.LABEL, 0));
            for (Modality modality : context.dims().keySet()) {
              vectors.write(row, modality, all, texts);
            }
          }
        }
      }
    }
    data.write(all.array());
    data.writeLong(position[0]);
    data.flush();
  }

  /** A row with its vectors. */
  Example example(int row) {
    SortedMap<Modality, CodonVectors> found = new TreeMap<>();
    for (int m = 0; m < modalities.size(); m++) {
      Modality modality = modalities.get(m);
      int at = records + row * size + LABEL_BYTES + m * vectors.bytes();
      CodonVectors one = vectors.read(modality, file, at);
      if (one == null) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT, "the store lacks the %s embedding of row %d", modality.id(), row));
      }
      found.put(modality, one);
    }
    return new Example(row, label(row), found);
  }

  /** A row's label in its own units. */
  double label(int row) {
    return file.getDouble(records + row * size);
  }
}
