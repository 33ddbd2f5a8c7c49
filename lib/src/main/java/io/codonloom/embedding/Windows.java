package io.codonloom.embedding;

import java.io.Serializable;

/**
 * How an input is read that is longer than its encoder reads at once.
 *
 * @param allowed whether it is read in windows; else it is refused
 * @param maxCodons the longest window; 0 for as much as the encoder reads
 * @param overlapCodons how many codons a window shares with the one before it
 */
public record Windows(boolean allowed, int maxCodons, int overlapCodons) implements Serializable {
  public Windows {
    if (maxCodons < 0) {
      throw new IllegalArgumentException("maxCodons must not be negative, was " + maxCodons);
    }
    if (overlapCodons < 0 || (maxCodons > 0 && overlapCodons >= maxCodons)) {
      throw new IllegalArgumentException(
          "overlapCodons must be 0 or more and less than a window, was " + overlapCodons);
    }
  }
}
