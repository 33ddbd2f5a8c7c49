package io.codonloom.encoder.engine;

import io.codonloom.UserException;
import io.codonloom.device.Device;
import io.codonloom.encoder.Checkpoint;
import io.codonloom.encoder.Encoder;
import io.codonloom.encoder.EncoderSettings;
import io.codonloom.encoder.Precision;
import io.codonloom.encoder.TokenVectors;
import io.codonloom.encoder.Tokens;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * How far an encoder's vectors in a lower precision are from its own in single precision, over
 * every token of some texts.
 *
 * @param texts how many texts were compared
 * @param tokens how many tokens, special ones included
 * @param largest the largest difference of two numbers
 * @param relative the root of the mean squared difference, divided by that of the mean square in
 *     single precision
 * @param leastCosine the least cosine between a token's two vectors
 */
public record PrecisionError(
    int texts, long tokens, double largest, double relative, double leastCosine)
    implements Serializable {

  /**
   * Encodes texts in the settings' precision and in single precision on the same device, one text a
   * call.
   *
   * @param texts whole codons; of a longer one, the part that the model reads at once
   * @throws UserException as {@link Encoders#open} and {@link Encoder#encode(String)} do
   * @throws IllegalArgumentException if there are no texts
   */
  public static PrecisionError measure(
      Checkpoint checkpoint, EncoderSettings settings, Device device, List<String> texts) {
    EncoderSettings single =
        new EncoderSettings(
            settings.output(), settings.layer(), Precision.FP32, settings.threads());
    try (Encoder rounded = Encoders.open(checkpoint, checkpoint.modality(), settings, device);
        Encoder exact = Encoders.open(checkpoint, checkpoint.modality(), single, device)) {
      return between(rounded, exact, texts);
    }
  }

  /** In one line. */
  public String summary() {
    return String.format(
        Locale.ROOT,
        "relative error %.2g, largest %.2g, least cosine %.6f over %,d tokens of %d inputs",
        relative,
        largest,
        leastCosine,
        tokens,
        texts);
  }

  /** The same between two loaded encoders of one checkpoint. */
  public static PrecisionError between(Encoder rounded, Encoder exact, List<String> texts) {
    if (texts.isEmpty()) {
      throw new IllegalArgumentException("no texts to compare precisions on");
    }
    Sums sums = new Sums();
    for (String text : texts) {
      Tokens tokens = exact.tokenize(fitting(exact.checkpoint(), text));
      sums.add(rounded.encode(tokens), exact.encode(tokens));
    }
    return new PrecisionError(
        texts.size(),
        sums.tokens,
        sums.largest,
        Math.sqrt(sums.differences / sums.squares),
        sums.leastCosine);
  }

  private static String fitting(Checkpoint checkpoint, String text) {
    int letters = 3 / checkpoint.modality().nucleotidesPerCharacter();
    int codons = text.length() / letters;
    return text.substring(0, checkpoint.fittingCodons(text, 0, codons) * letters);
  }

  private static final class Sums {
    private long tokens;
    private double largest;
    private double differences;
    private double squares;
    private double leastCosine = 1;

    void add(TokenVectors rounded, TokenVectors exact) {
      int dim = exact.dim();
      for (int token = 0; token < exact.tokens().count(); token++) {
        double product = 0;
        double roundedSquares = 0;
        double exactSquares = 0;
        for (int i = token * dim; i < (token + 1) * dim; i++) {
          double r = rounded.values()[i];
          double e = exact.values()[i];
          // Math.max keeps a NaN, so that broken vectors show.
          largest = Math.max(largest, Math.abs(r - e));
          differences += (r - e) * (r - e);
          product += r * e;
          roundedSquares += r * r;
          exactSquares += e * e;
        }
        squares += exactSquares;
        leastCosine = Math.min(leastCosine, product / Math.sqrt(roundedSquares * exactSquares));
        tokens++;
      }
    }
  }
}
