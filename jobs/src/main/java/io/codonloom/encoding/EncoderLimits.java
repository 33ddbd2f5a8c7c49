package io.codonloom.encoding;

import io.codonloom.config.EncoderConfig;
import io.codonloom.encoder.Checkpoint;
import io.codonloom.sequence.InputLimit;
import io.codonloom.sequence.Modality;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/** How much the configured encoders read at once, for {@code prepare}. */
public final class EncoderLimits {
  private EncoderLimits() {}

  /** Each encoder's configured limit, and never more than its model reads. */
  public static Map<Modality, InputLimit> of(
      Configuration conf, Map<Modality, EncoderConfig> encoders) throws IOException {
    Map<Modality, InputLimit> limits = new TreeMap<>();
    for (Map.Entry<Modality, EncoderConfig> entry : encoders.entrySet()) {
      EncoderConfig encoder = entry.getValue();
      Checkpoint checkpoint =
          Checkpoint.open(CheckpointFiles.of(conf, encoder.checkpoint()).local(conf));
      checkpoint.requireModality(entry.getKey());
      int most = checkpoint.maxCodons();
      int wanted = encoder.maxCodons() == 0 ? most : Math.min(encoder.maxCodons(), most);
      limits.put(entry.getKey(), new InputLimit(encoder.overLong(), wanted));
    }
    return limits;
  }
}
