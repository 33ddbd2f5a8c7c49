package io.codonloom.store;

import io.codonloom.embedding.CodonVectors;
import io.codonloom.sequence.Modality;
import io.codonloom.workspace.Fingerprint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** A store's embeddings, from files that this machine keeps of the shards that were asked for. */
public final class LocalStore {
  private final Configuration conf;
  private final Path store;
  private final String id;
  private final Map<String, LocalShard> shards = new ConcurrentHashMap<>();

  /**
   * @param store its folder
   * @param id what names its files on a machine, see {@link #id}
   */
  public LocalStore(Configuration conf, Path store, String id) {
    this.conf = conf;
    this.store = store;
    this.id = id;
  }

  /** The fingerprint of how a store's embeddings were made. */
  public static String id(Configuration conf, Path store) throws IOException {
    return Fingerprint.of(StoreFields.read(conf, store));
  }

  /** The vectors of an input, or null where the shard has none. */
  public CodonVectors find(Modality modality, String shard, String key) {
    return find(modality, shard, EmbeddingKey.of(key));
  }

  public CodonVectors find(Modality modality, String shard, EmbeddingKey key) {
    return shards
        .computeIfAbsent(modality.id() + "-" + shard, name -> open(modality, shard, name))
        .find(key);
  }

  private LocalShard open(Modality modality, String shard, String name) {
    Path file = EmbeddingShard.file(store, modality, shard);
    try {
      // A store that was deleted and filled again may have the same names for other inputs.
      FileStatus status = file.getFileSystem(conf).getFileStatus(file);
      String version = status.getLen() + "-" + status.getModificationTime();
      return LocalShard.open("store/%s/%s-%s".formatted(id, name, version), conf, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
