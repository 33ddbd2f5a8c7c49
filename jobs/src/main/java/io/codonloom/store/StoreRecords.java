package io.codonloom.store;

import io.codonloom.UserException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Where a store keeps what is no embedding: its identity, plan, quarantine and lock lie in {@code
 * stores/STORE/}, so that {@code embeddings/STORE/} holds shards alone for whoever scans it.
 */
public final class StoreRecords {
  /** What earlier versions kept among the shards, and what it is called now. */
  private static final String[][] FORMER = {
    {"_store.json", StoreIdentity.FILE},
    {"_plan", ShardPlan.FOLDER},
    {"_quarantine/inputs", Quarantine.FOLDER}
  };

  private StoreRecords() {}

  /**
   * The folder of a store's records; also the one to lock.
   *
   * @param store the folder of its embeddings
   */
  public static Path folder(Path store) {
    return new Path(store.getParent().getParent(), "stores/" + store.getName());
  }

  /**
   * Makes sure that what is there was written by this version.
   *
   * @throws UserException if an earlier one did
   */
  static void requireMoved(Configuration conf, Path store) throws IOException {
    FileSystem fs = store.getFileSystem(conf);
    if (fs.exists(new Path(store, FORMER[0][0]))) {
      StringBuilder moves = new StringBuilder();
      for (String[] move : FORMER) {
        if (fs.exists(new Path(store, move[0]))) {
          moves.append(moves.length() == 0 ? "" : ", ").append(move[0]).append(" to ");
          moves.append(new Path(folder(store), move[1]));
        }
      }
      throw new UserException(
          "%s is a store of an earlier version, with its plan among the shards: move %s"
              .formatted(store, moves));
    }
  }
}
