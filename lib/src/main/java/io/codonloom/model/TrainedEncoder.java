package io.codonloom.model;

import io.codonloom.UserException;
import io.codonloom.device.Device;
import io.codonloom.embedding.CodonEncoder;
import io.codonloom.embedding.VectorSettings;
import io.codonloom.encoder.Checkpoint;
import io.codonloom.encoder.Encoder;
import io.codonloom.encoder.FieldDifference;
import io.codonloom.encoder.engine.Encoders;
import io.codonloom.sequence.Modality;
import java.nio.file.Path;
import java.util.Map;

/** An encoder that runs as it ran for a model's training, by the fields that the model carries. */
final class TrainedEncoder implements AutoCloseable {
  private final Encoder encoder;
  private final CodonEncoder codons;

  private TrainedEncoder(Encoder encoder, CodonEncoder codons) {
    this.encoder = encoder;
    this.codons = codons;
  }

  /**
   * Opens the checkpoint.
   *
   * @param fields see {@link ModelDescription#encoders}
   * @throws UserException if it is not the one that the model was trained with
   */
  static TrainedEncoder open(Modality modality, Path directory, Map<String, String> fields) {
    VectorSettings settings;
    try {
      settings = VectorSettings.of(fields);
    } catch (IllegalArgumentException e) {
      throw new UserException(
          "the model does not say how its %s encoder runs: %s".formatted(modality.id(), fields), e);
    }
    Checkpoint checkpoint = Checkpoint.open(directory);
    checkpoint.requireModality(modality);
    String difference;
    try {
      difference =
          FieldDifference.of(
              VectorSettings.checkpoint(fields), checkpoint.fingerprint(settings.encoder()));
    } catch (UserException e) { // it has not even the layer
      difference = e.getMessage();
    }
    if (!difference.isEmpty()) {
      throw new UserException(
          "%s is not the %s encoder that the model was trained with: %s"
              .formatted(directory, modality.id(), difference));
    }
    Encoder encoder = Encoders.open(checkpoint, modality, settings.encoder(), Device.CPU);
    return new TrainedEncoder(
        encoder, new CodonEncoder(encoder, settings.windows(), settings.dtype()));
  }

  CodonEncoder codons() {
    return codons;
  }

  @Override
  public void close() {
    encoder.close();
  }
}
