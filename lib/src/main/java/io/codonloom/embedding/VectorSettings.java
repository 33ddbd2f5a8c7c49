package io.codonloom.embedding;

import io.codonloom.encoder.EncoderOutput;
import io.codonloom.encoder.EncoderSettings;
import io.codonloom.encoder.Precision;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What decides over a codon vector's numbers beside the checkpoint, as stores and model files say
 * it in flat fields.
 *
 * @param encoder how the encoder runs
 * @param windows how long inputs are read
 * @param dtype how the numbers are stored
 */
public record VectorSettings(EncoderSettings encoder, Windows windows, Dtype dtype) {
  private static final String DTYPE = "dtype";
  private static final String WINDOW = "window-codons";
  private static final String OVERLAP = "overlap-codons";
  private static final String WHOLE = "all";

  /**
   * All fields.
   *
   * @param checkpoint its fingerprint under {@link #encoder}
   */
  public SortedMap<String, String> fields(Map<String, String> checkpoint) {
    SortedMap<String, String> fields = new TreeMap<>(checkpoint);
    fields.put(DTYPE, dtype.id());
    if (windows.allowed()) {
      fields.put(WINDOW, windows.maxCodons() == 0 ? WHOLE : "" + windows.maxCodons());
      fields.put(OVERLAP, "" + windows.overlapCodons());
    }
    return fields;
  }

  /** Those of the fields that are the checkpoint's. */
  public static SortedMap<String, String> checkpoint(Map<String, String> fields) {
    SortedMap<String, String> checkpoint = new TreeMap<>(fields);
    checkpoint.keySet().removeAll(Set.of(DTYPE, WINDOW, OVERLAP));
    return checkpoint;
  }

  /**
   * Reads the fields; the encoder is to run with one thread.
   *
   * @throws IllegalArgumentException if one is missing or says nothing known
   */
  public static VectorSettings of(Map<String, String> fields) {
    EncoderOutput output = EncoderOutput.valueOf(field(fields, "output").toUpperCase(Locale.ROOT));
    int layer = output == EncoderOutput.LOGITS ? -1 : Integer.parseInt(field(fields, "layer"));
    EncoderSettings encoder = new EncoderSettings(output, layer, precision(fields), 1);
    return new VectorSettings(encoder, windows(fields), Dtype.of(field(fields, DTYPE)));
  }

  private static Precision precision(Map<String, String> fields) {
    String id = field(fields, "precision");
    return Arrays.stream(Precision.values())
        .filter(precision -> precision.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no precision '" + id + "'"));
  }

  private static Windows windows(Map<String, String> fields) {
    if (!fields.containsKey(WINDOW)) {
      return new Windows(false, 0, 0);
    }
    String most = fields.get(WINDOW);
    return new Windows(
        true,
        most.equals(WHOLE) ? 0 : Integer.parseInt(most),
        Integer.parseInt(field(fields, OVERLAP)));
  }

  private static String field(Map<String, String> fields, String name) {
    String value = fields.get(name);
    if (value == null) {
      throw new IllegalArgumentException("there is no " + name);
    }
    return value;
  }
}
