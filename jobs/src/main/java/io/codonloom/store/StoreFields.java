package io.codonloom.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.codonloom.UserException;
import io.codonloom.sequence.Modality;
import io.codonloom.workspace.FlatSettings;
import io.codonloom.workspace.Manifest;
import io.codonloom.workspace.WholeFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** What a store says of itself in {@code store.json}. */
public final class StoreFields {
  private StoreFields() {}

  public static JsonNode read(Configuration conf, Path store) throws IOException {
    Path file = StoreIdentity.file(store);
    try {
      return Manifest.JSON.readTree(WholeFile.readText(conf, file));
    } catch (FileNotFoundException e) {
      StoreRecords.requireMoved(conf, store);
      throw new UserException("There is no store " + store + "; run embed first", e);
    } catch (JsonProcessingException e) {
      throw new UserException(
          "%s is damaged: %s; put a whole copy in its place, give the store another name, or delete the store"
              .formatted(file, Manifest.reason(e)),
          e);
    }
  }

  /** For each modality what makes its vectors, flat. */
  public static Map<String, Map<String, String>> encoders(
      JsonNode facts, Collection<Modality> modalities) {
    Map<String, Map<String, String>> encoders = new TreeMap<>();
    for (Modality modality : modalities) {
      JsonNode own = facts.findValue(modality.id());
      encoders.put(modality.id(), own == null ? Map.of() : FlatSettings.of(own));
    }
    return encoders;
  }
}
