package io.codonloom.job.train;

import io.codonloom.sequence.Modality;
import io.codonloom.table.EmbeddingShard;
import io.codonloom.training.CodonVectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;

/** Shard and key of an embedding; holds the shards that were asked for. */
final class StoredRecord implements VectorRecord {
  private final TrainingContext context;
  private final Map<String, LocalShard> shards = new ConcurrentHashMap<>();

  StoredRecord(TrainingContext context) {
    this.context = context;
  }

  @Override
  public int bytes() {
    return 4 + 16;
  }

  @Override
  public void write(Group row, Modality modality, ByteBuffer record, Texts texts) {
    EmbeddingKey key = EmbeddingKey.of(row.getString(StoredVectors.key(modality), 0));
    String shard = row.getString(StoredVectors.shard(modality), 0);
    record.putInt(context.shards().get(modality).indexOf(shard));
    record.putLong(key.high()).putLong(key.low());
  }

  @Override
  public CodonVectors read(Modality modality, ByteBuffer file, int at) {
    String shard = context.shards().get(modality).get(file.getInt(at));
    EmbeddingKey key = new EmbeddingKey(file.getLong(at + 4), file.getLong(at + 12));
    return shards
        .computeIfAbsent(modality.id() + "-" + shard, name -> open(modality, shard, name))
        .find(key);
  }

  private LocalShard open(Modality modality, String shard, String name) {
    Path file = EmbeddingShard.file(new Path(context.store()), modality, shard);
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
