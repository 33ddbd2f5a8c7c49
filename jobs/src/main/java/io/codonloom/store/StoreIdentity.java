package io.codonloom.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.codonloom.UserException;
import io.codonloom.encoder.FieldDifference;
import io.codonloom.sequence.Modality;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.TableColumns;
import io.codonloom.workspace.TableWriter;
import io.codonloom.workspace.WholeFile;
import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * How a store's embeddings were made: {@code store.json}, modality → field → value. Embeddings made
 * otherwise never enter the store.
 */
public final class StoreIdentity {
  static final String FILE = "store.json";

  private StoreIdentity() {}

  /** Where a store says how its embeddings were made. */
  public static Path file(Path store) {
    return new Path(StoreRecords.folder(store), FILE);
  }

  /**
   * Enters what will be stored; to be called before anything is.
   *
   * @param fields for each modality that will be stored
   * @throws UserException if the store holds embeddings of that modality with other fields
   */
  public static void claim(
      Configuration conf, Path store, Map<String, SortedMap<String, String>> fields)
      throws IOException {
    Map<String, SortedMap<String, String>> all = check(conf, store, fields);
    if (!all.equals(read(conf, store))) {
      WholeFile.writeText(conf, file(store), Manifest.JSON.writeValueAsString(all) + "\n");
    }
  }

  /**
   * Whether the store would take embeddings made so.
   *
   * @return what it would hold then
   * @throws UserException if it holds embeddings of such a modality with other fields, or any of
   *     which nothing says how they were made
   */
  public static Map<String, SortedMap<String, String>> check(
      Configuration conf, Path store, Map<String, SortedMap<String, String>> fields)
      throws IOException {
    Map<String, SortedMap<String, String>> all = read(conf, store);
    if (all.isEmpty() && holdsEmbeddings(conf, store)) {
      throw new UserException(
          "%s is gone, so that nobody knows how the embeddings there were made: put it back, give the store another name, or delete the store"
              .formatted(file(store)));
    }
    fields.forEach(
        (modality, now) -> {
          SortedMap<String, String> stored = all.put(modality, now);
          if (stored != null && !stored.equals(now)) {
            throw new UserException(
                "the store %s holds %s embeddings that were made otherwise: %s; give the store another name, or use the former settings"
                    .formatted(store, modality, FieldDifference.of(stored, now)));
          }
        });
    return all;
  }

  private static boolean holdsEmbeddings(Configuration conf, Path store) throws IOException {
    FileSystem files = store.getFileSystem(conf);
    for (Modality modality : Modality.values()) {
      Path folder = TableWriter.partition(store, TableColumns.MODALITY, modality.id());
      if (files.exists(folder) && files.listFiles(folder, true).hasNext()) {
        return true;
      }
    }
    return false;
  }

  /**
   * What a store's file says; nothing where there is none.
   *
   * @throws UserException if it is damaged
   */
  public static Map<String, SortedMap<String, String>> read(Configuration conf, Path store)
      throws IOException {
    Path file = file(store);
    if (!file.getFileSystem(conf).exists(file)) {
      StoreRecords.requireMoved(conf, store);
      return new TreeMap<>();
    }
    try {
      return Manifest.JSON.readValue(
          WholeFile.readText(conf, file),
          new TypeReference<TreeMap<String, SortedMap<String, String>>>() {});
    } catch (JsonProcessingException e) {
      throw new UserException(
          "%s is damaged: %s; put a whole copy in its place, give the store another name, or delete the store"
              .formatted(file, Manifest.reason(e)),
          e);
    }
  }
}
