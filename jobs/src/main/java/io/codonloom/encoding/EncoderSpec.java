package io.codonloom.encoding;

import io.codonloom.config.EncoderConfig;
import io.codonloom.config.Encoding;
import io.codonloom.config.Store;
import io.codonloom.embedding.Dtype;
import io.codonloom.embedding.VectorSettings;
import io.codonloom.embedding.Windows;
import io.codonloom.encoder.Checkpoint;
import io.codonloom.encoder.EncoderSettings;
import io.codonloom.sequence.Modality;
import io.codonloom.sequence.OverLong;
import java.io.IOException;
import java.io.Serializable;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/**
 * What an executor must know to embed one modality.
 *
 * @param files the checkpoint
 * @param modality what it reads
 * @param settings of the encoder
 * @param windows how long inputs are read
 * @param dtype how the numbers are stored
 * @param encoding how the encoder runs
 * @param encoderFingerprint the encoder's own, as the driver computed it; a machine that comes to
 *     another one has another checkpoint
 */
public record EncoderSpec(
    CheckpointFiles files,
    Modality modality,
    EncoderSettings settings,
    Windows windows,
    Dtype dtype,
    Encoding encoding,
    TreeMap<String, String> encoderFingerprint)
    implements Serializable {

  /** Reads the checkpoint's description and hashes its weights. */
  public static EncoderSpec of(
      Configuration conf, Modality modality, EncoderConfig config, Store store, Encoding encoding)
      throws IOException {
    CheckpointFiles files = CheckpointFiles.of(conf, config.checkpoint());
    return of(files, Checkpoint.open(files.local(conf)), modality, config, store, encoding);
  }

  /** Hashes the weights of an open checkpoint. */
  public static EncoderSpec of(
      CheckpointFiles files,
      Checkpoint checkpoint,
      Modality modality,
      EncoderConfig config,
      Store store,
      Encoding encoding) {
    EncoderSettings settings =
        new EncoderSettings(
            config.output(), config.layer(), encoding.precision(), encoding.threads());
    boolean windowed = config.overLong() == OverLong.WINDOW;
    Windows windows =
        new Windows(windowed, config.maxCodons(), windowed ? config.overlapCodons() : 0);
    checkpoint.requireModality(modality);
    return new EncoderSpec(
        files,
        modality,
        settings,
        windows,
        store.dtype(),
        encoding,
        new TreeMap<>(checkpoint.fingerprint(settings)));
  }

  /** What decides over a stored embedding's numbers. */
  public SortedMap<String, String> storeFingerprint() {
    return new VectorSettings(settings, windows, dtype).fields(encoderFingerprint);
  }
}
