package io.codonloom.sequence;

import java.io.Serializable;

/**
 * How long an encoder's input may be.
 *
 * @param overLong what happens to a longer one
 * @param maxCodons the longest, in codons; 0 for no limit
 */
public record InputLimit(OverLong overLong, int maxCodons) implements Serializable {
  /** Inputs of any length. */
  public static final InputLimit NONE = new InputLimit(OverLong.REJECT, 0);

  public InputLimit {
    if (maxCodons < 0) {
      throw new IllegalArgumentException("max-codons must not be negative, was " + maxCodons);
    }
  }

  /** Whether an input of that many codons is longer than the limit. */
  boolean isExceededBy(int codons) {
    return maxCodons > 0 && codons > maxCodons;
  }
}
