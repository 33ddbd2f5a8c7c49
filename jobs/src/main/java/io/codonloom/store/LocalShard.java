package io.codonloom.store;

import io.codonloom.UserException;
import io.codonloom.embedding.CodonEmbedding;
import io.codonloom.embedding.CodonVectors;
import io.codonloom.embedding.Dtype;
import io.codonloom.tensor.Half;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * A shard of embeddings as a memory-mapped file of this machine: the vectors as the store has them,
 * then an index sorted by key, then its position and length.
 */
final class LocalShard {
  private static final int ENTRY_BYTES = 16 + 3 * 4 + 4 + 8;
  private static final int FOOTER_BYTES = 8 + 4;
  private static final int BUFFER = 1 << 20;

  private final ByteBuffer bytes;
  private final int index;
  private final int count;

  private LocalShard(ByteBuffer bytes) {
    this.bytes = bytes;
    int footer = bytes.limit() - FOOTER_BYTES;
    this.index = Math.toIntExact(bytes.getLong(footer));
    this.count = bytes.getInt(footer + 8);
  }

  /** The shard, fetched from the store if this machine does not have it yet. */
  static LocalShard open(String name, Configuration conf, org.apache.hadoop.fs.Path shard)
      throws IOException {
    try (FileChannel channel = NodeCache.open(name, out -> convert(conf, shard, out))) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new UserException(shard + " holds 2 GiB of vectors or more; embed into more shards");
      }
      return new LocalShard(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
    }
  }

  private record Entry(EmbeddingKey key, int start, int end, int dim, Dtype dtype, long offset) {}

  private static void convert(Configuration conf, org.apache.hadoop.fs.Path shard, OutputStream out)
      throws IOException {
    DataOutputStream data = new DataOutputStream(new BufferedOutputStream(out, BUFFER));
    List<Entry> entries = new ArrayList<>();
    long[] position = {0};
    EmbeddingShard.forEach(
        conf,
        shard,
        embedding -> {
          entries.add(entry(embedding, position[0]));
          try {
            data.write(embedding.bytes());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          position[0] += embedding.bytes().length;
        });
    entries.sort(Comparator.comparing(Entry::key));
    for (Entry entry : entries) {
      data.writeLong(entry.key().high());
      data.writeLong(entry.key().low());
      data.writeInt(entry.start());
      data.writeInt(entry.end());
      data.writeInt(entry.dim());
      data.writeInt(entry.dtype().bytes());
      data.writeLong(entry.offset());
    }
    data.writeLong(position[0]);
    data.writeInt(entries.size());
    data.flush();
  }

  private static Entry entry(CodonEmbedding embedding, long offset) {
    return new Entry(
        EmbeddingKey.of(embedding.key()),
        embedding.startCodon(),
        embedding.endCodon(),
        embedding.dim(),
        embedding.dtype(),
        offset);
  }

  /** The vectors of that key, or null. */
  CodonVectors find(EmbeddingKey key) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int entry = index + middle * ENTRY_BYTES;
      int order = new EmbeddingKey(bytes.getLong(entry), bytes.getLong(entry + 8)).compareTo(key);
      if (order == 0) {
        return new Mapped(entry);
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return null;
  }

  private final class Mapped implements CodonVectors {
    private final int entry;

    Mapped(int entry) {
      this.entry = entry;
    }

    @Override
    public int startCodon() {
      return bytes.getInt(entry + 16);
    }

    @Override
    public int endCodon() {
      return bytes.getInt(entry + 20);
    }

    @Override
    public int dim() {
      return bytes.getInt(entry + 24);
    }

    @Override
    public void copyTo(float[] target, int offset) {
      int numberBytes = bytes.getInt(entry + 28);
      int length = (endCodon() - startCodon()) * dim();
      int position = Math.toIntExact(bytes.getLong(entry + 32));
      ByteBuffer vectors =
          bytes.slice(position, length * numberBytes).order(ByteOrder.LITTLE_ENDIAN);
      if (numberBytes == Dtype.FP32.bytes()) {
        FloatBuffer floats = vectors.asFloatBuffer();
        floats.get(target, offset, length);
      } else {
        ShortBuffer halves = vectors.asShortBuffer();
        for (int i = 0; i < length; i++) {
          target[offset + i] = Half.toFloat(halves.get(i));
        }
      }
    }
  }
}
