package io.codonloom.job.train;

import io.codonloom.embedding.CodonVectors;
import io.codonloom.sequence.Modality;
import io.codonloom.store.EmbeddingKey;
import io.codonloom.store.LocalStore;
import io.codonloom.workspace.ModalityColumns;
import java.nio.ByteBuffer;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;

/** Shard and key of an embedding; finds it in the store. */
final class StoredRecord implements VectorRecord {
  private final TrainingContext context;
  private final LocalStore store;

  StoredRecord(TrainingContext context) {
    this.context = context;
    this.store = new LocalStore(context.conf(), new Path(context.store()), context.storeId());
  }

  @Override
  public int bytes() {
    return 4 + 16;
  }

  @Override
  public void write(Group row, Modality modality, ByteBuffer record, Texts texts) {
    EmbeddingKey key = EmbeddingKey.of(row.getString(ModalityColumns.key(modality), 0));
    String shard = row.getString(ModalityColumns.shard(modality), 0);
    record.putInt(context.shards().get(modality).indexOf(shard));
    record.putLong(key.high()).putLong(key.low());
  }

  @Override
  public CodonVectors read(Modality modality, ByteBuffer file, int at) {
    String shard = context.shards().get(modality).get(file.getInt(at));
    EmbeddingKey key = new EmbeddingKey(file.getLong(at + 4), file.getLong(at + 12));
    return store.find(modality, shard, key);
  }
}
