package io.codonloom.encoding;

import io.codonloom.config.EncoderConfig;
import io.codonloom.config.Encoding;
import io.codonloom.config.Store;
import io.codonloom.encoder.Checkpoint;
import io.codonloom.sequence.Modality;
import java.io.IOException;
import java.util.SortedMap;
import org.apache.hadoop.conf.Configuration;

/**
 * What a configured checkpoint is, without loading it.
 *
 * @param family of the model
 * @param layers of the model
 * @param maxTokens that it reads at once, special ones included
 * @param maxCodons that it reads at once
 * @param sha256 of the weights
 * @param storeFingerprint what a store filled with it says about it
 */
public record CheckpointFacts(
    String family,
    int layers,
    int maxTokens,
    int maxCodons,
    String sha256,
    SortedMap<String, String> storeFingerprint) {

  /**
   * Reads the checkpoint's description and hashes its weights.
   *
   * @throws io.codonloom.UserException if it cannot be used for that
   */
  public static CheckpointFacts of(
      Configuration conf, Modality modality, EncoderConfig config, Store store, Encoding encoding)
      throws IOException {
    CheckpointFiles files = CheckpointFiles.of(conf, config.checkpoint());
    Checkpoint checkpoint = Checkpoint.open(files.local(conf));
    EncoderSpec spec = EncoderSpec.of(files, checkpoint, modality, config, store, encoding);
    return new CheckpointFacts(
        checkpoint.family().id(),
        checkpoint.layers(),
        checkpoint.maxTokens(),
        checkpoint.maxCodons(),
        checkpoint.sha256(),
        spec.storeFingerprint());
  }
}
