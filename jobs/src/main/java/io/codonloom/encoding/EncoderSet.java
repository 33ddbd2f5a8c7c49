package io.codonloom.encoding;

import io.codonloom.config.EncoderConfig;
import io.codonloom.config.Encoding;
import io.codonloom.config.Store;
import io.codonloom.embedding.CodonEmbedding;
import io.codonloom.embedding.KeyedText;
import io.codonloom.sequence.Modality;
import java.io.IOException;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;

/** The encoders of a config for texts that are used at once: nothing goes into a store. */
public final class EncoderSet implements Serializable {
  private static final long serialVersionUID = 1L;

  private final TreeMap<Modality, EncoderSpec> specs = new TreeMap<>();

  /**
   * Reads the checkpoints' descriptions and hashes their weights.
   *
   * @param store whose vectors these are to be like
   * @throws io.codonloom.UserException if a checkpoint cannot be read
   */
  public static EncoderSet of(
      Configuration conf, Map<Modality, EncoderConfig> encoders, Store store, Encoding encoding)
      throws IOException {
    EncoderSet set = new EncoderSet();
    for (Map.Entry<Modality, EncoderConfig> encoder : encoders.entrySet()) {
      Modality modality = encoder.getKey();
      set.specs.put(modality, EncoderSpec.of(conf, modality, encoder.getValue(), store, encoding));
    }
    return set;
  }

  /** For each modality what decides over the vectors' numbers, as a store has it. */
  public Map<String, SortedMap<String, String>> fields() {
    Map<String, SortedMap<String, String>> fields = new TreeMap<>();
    specs.forEach((modality, spec) -> fields.put(modality.id(), spec.storeFingerprint()));
    return fields;
  }

  /** For one task; loads what this JVM has not loaded. */
  public Open open(Configuration conf) throws IOException {
    Open open = new Open();
    try {
      for (EncoderSpec spec : specs.values()) {
        open.leases.put(spec.modality(), OpenEncoders.lease(spec, conf));
      }
      return open;
    } catch (IOException | RuntimeException e) {
      open.close();
      throw e;
    }
  }

  /** Loaded encoders, until they are closed. */
  public static final class Open implements AutoCloseable {
    private final Map<Modality, OpenEncoders.Lease> leases = new HashMap<>();

    /**
     * Encodes some texts of one modality.
     *
     * @return why those that gave no embedding could not be encoded, by their keys
     */
    public Map<String, String> encode(
        Modality modality, List<KeyedText> texts, Consumer<CodonEmbedding> sink)
        throws IOException {
      Map<String, String> failed = new HashMap<>();
      leases
          .get(modality)
          .batches()
          .encode(texts, sink::accept)
          .forEach((text, reason) -> failed.put(text.key(), reason));
      return failed;
    }

    @Override
    public void close() {
      leases.values().forEach(OpenEncoders.Lease::close);
    }
  }
}
