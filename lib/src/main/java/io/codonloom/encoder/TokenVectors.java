package io.codonloom.encoder;

import java.util.Locale;

/**
 * What an encoder computed for a text.
 *
 * @param tokens the text's tokens
 * @param dim how many numbers a token's vector has
 * @param values the vectors, [tokens × dim] row-major
 */
@SuppressWarnings("ArrayRecordComponent") // read in inner loops, never compared
public record TokenVectors(Tokens tokens, int dim, float[] values) {
  public TokenVectors {
    if (values.length != tokens.count() * dim) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d tokens × %d need as many values, not %d",
              tokens.count(),
              dim,
              values.length));
    }
  }
}
