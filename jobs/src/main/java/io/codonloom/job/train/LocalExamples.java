package io.codonloom.job.train;

import io.codonloom.sequence.Modality;
import io.codonloom.table.EmbeddingShard;
import io.codonloom.table.TableColumns;
import io.codonloom.training.CodonVectors;
import io.codonloom.training.Example;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
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
 * A run's rows on this machine: a memory-mapped file with a record of fixed length for each row
 * (label, then shard and key for each modality), and the shards that were asked for.
 */
final class LocalExamples {
  private static final Map<String, LocalExamples> OPEN = new ConcurrentHashMap<>();

  private final TrainingContext context;
  private final ByteBuffer records;
  private final List<Modality> modalities;
  private final Map<String, LocalShard> shards = new ConcurrentHashMap<>();

  private LocalExamples(TrainingContext context, ByteBuffer records) {
    this.context = context;
    this.records = records;
    this.modalities = List.copyOf(context.dims().keySet());
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
        return new LocalExamples(
            context, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int recordBytes(int modalities) {
    return 8 + modalities * (4 + 16);
  }

  private static void convert(TrainingContext context, OutputStream out) throws IOException {
    int size = recordBytes(context.dims().size());
    ByteBuffer all = ByteBuffer.allocate(Math.multiplyExact(size, context.rows()));
    Configuration conf = context.conf();
    org.apache.hadoop.fs.Path folder = new org.apache.hadoop.fs.Path(context.examples());
    for (FileStatus file : folder.getFileSystem(conf).listStatus(folder)) {
      if (file.getPath().getName().endsWith(".parquet")) {
        try (ParquetReader<Group> reader =
            ParquetReader.builder(new GroupReadSupport(), file.getPath()).withConf(conf).build()) {
          for (Group row = reader.read(); row != null; row = reader.read()) {
            write(row, context, all.position(row.getInteger(ExampleTable.ROW, 0) * size));
          }
        }
      }
    }
    out.write(all.array());
  }

  private static void write(Group row, TrainingContext context, ByteBuffer record) {
    record.putDouble(row.getDouble(TableColumns.LABEL, 0));
    for (Modality modality : context.dims().keySet()) {
      EmbeddingKey key = EmbeddingKey.of(row.getString(ExampleTable.key(modality), 0));
      String shard = row.getString(ExampleTable.shard(modality), 0);
      record.putInt(context.shards().get(modality).indexOf(shard));
      record.putLong(key.high()).putLong(key.low());
    }
  }

  /** A row with its vectors. */
  Example example(int row) {
    int at = row * recordBytes(modalities.size());
    SortedMap<Modality, CodonVectors> vectors = new TreeMap<>();
    for (int m = 0; m < modalities.size(); m++) {
      int entry = at + 8 + m * 20;
      Modality modality = modalities.get(m);
      String shard = context.shards().get(modality).get(records.getInt(entry));
      EmbeddingKey key = new EmbeddingKey(records.getLong(entry + 4), records.getLong(entry + 12));
      CodonVectors found = shard(modality, shard).find(key);
      if (found == null) {
        throw new IllegalStateException(
            "shard %s of %s lacks the embedding of row %d".formatted(shard, modality.id(), row));
      }
      vectors.put(modality, found);
    }
    return new Example(row, label(row), vectors);
  }

  /** A row's label in its own units. */
  double label(int row) {
    return records.getDouble(row * recordBytes(modalities.size()));
  }

  private LocalShard shard(Modality modality, String shard) {
    return shards.computeIfAbsent(modality.id() + "-" + shard, name -> open(modality, shard, name));
  }

  private LocalShard open(Modality modality, String shard, String name) {
    org.apache.hadoop.fs.Path store = new org.apache.hadoop.fs.Path(context.store());
    org.apache.hadoop.fs.Path file = EmbeddingShard.file(store, modality, shard);
    try {
      // A store that was deleted and filled again may have the same names for other inputs.
      FileStatus status = file.getFileSystem(context.conf()).getFileStatus(file);
      String version = status.getLen() + "-" + status.getModificationTime();
      String local = "store/%s/%s-%s".formatted(context.storeId(), name, version);
      return LocalShard.open(local, context.conf(), file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
