package io.codonloom.config;

/**
 * How long an encoder's input may be.
 *
 * @param overLong what happens to a longer one
 * @param maxCodons the longest, in codons; 0 for no limit
 */
public record InputLimit(OverLong overLong, int maxCodons) {

  public InputLimit {
    if (maxCodons < 0) {
      throw new IllegalArgumentException("max-codons must not be negative, was " + maxCodons);
    }
  }
}
