package io.codonloom.model;

import io.codonloom.UserException;
import io.codonloom.device.Device;
import io.codonloom.embedding.CodonEncoder;
import io.codonloom.embedding.Dtype;
import io.codonloom.embedding.Windows;
import io.codonloom.encoder.Checkpoint;
import io.codonloom.encoder.Encoder;
import io.codonloom.encoder.EncoderOutput;
import io.codonloom.encoder.EncoderSettings;
import io.codonloom.encoder.FieldDifference;
import io.codonloom.encoder.Precision;
import io.codonloom.sequence.Modality;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** An encoder that runs as it ran for a model's training, by the fields that the model carries. */
final class TrainedEncoder implements AutoCloseable {
  private static final String DTYPE = "dtype";
  private static final String WINDOW = "window-codons";
  private static final String OVERLAP = "overlap-codons";

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
    EncoderSettings settings;
    Windows windows;
    Dtype dtype;
    try {
      settings = settings(fields);
      windows = windows(fields);
      dtype = byId(Dtype.values(), Dtype::id, fields.get(DTYPE));
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new UserException(
          "the model does not say how its %s encoder runs: %s".formatted(modality.id(), fields), e);
    }
    Checkpoint checkpoint = Checkpoint.open(directory);
    checkpoint.requireModality(modality);
    Map<String, String> trained = new TreeMap<>(fields);
    trained.keySet().removeAll(Set.of(DTYPE, WINDOW, OVERLAP));
    String difference;
    try {
      difference = FieldDifference.of(trained, checkpoint.fingerprint(settings));
    } catch (UserException e) { // it has not even the layer
      difference = e.getMessage();
    }
    if (!difference.isEmpty()) {
      throw new UserException(
          "%s is not the %s encoder that the model was trained with: %s"
              .formatted(directory, modality.id(), difference));
    }
    Encoder encoder = Encoder.open(checkpoint, modality, settings, Device.CPU);
    return new TrainedEncoder(encoder, new CodonEncoder(encoder, windows, dtype));
  }

  private static EncoderSettings settings(Map<String, String> fields) {
    EncoderOutput output = EncoderOutput.valueOf(fields.get("output").toUpperCase(Locale.ROOT));
    int layer = output == EncoderOutput.LOGITS ? -1 : Integer.parseInt(fields.get("layer"));
    Precision precision = byId(Precision.values(), Precision::id, fields.get("precision"));
    return new EncoderSettings(output, layer, precision, 1);
  }

  private static Windows windows(Map<String, String> fields) {
    if (!fields.containsKey(WINDOW)) {
      return new Windows(false, 0, 0);
    }
    String most = fields.get(WINDOW);
    return new Windows(
        true,
        most.equals("all") ? 0 : Integer.parseInt(most),
        Integer.parseInt(fields.get(OVERLAP)));
  }

  private static <T> T byId(T[] values, Function<T, String> id, String wanted) {
    return Arrays.stream(values)
        .filter(value -> id.apply(value).equals(wanted))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("'" + wanted + "'"));
  }

  CodonEncoder codons() {
    return codons;
  }

  @Override
  public void close() {
    encoder.close();
  }
}
