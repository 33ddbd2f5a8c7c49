package io.codonloom.model;

import io.codonloom.embedding.CodonVectors;
import io.codonloom.sequence.Modality;
import java.util.SortedMap;

/**
 * One row with its vectors.
 *
 * @param row its number in the data set
 * @param label in the label's own units, or the index of its class; NaN where there is none
 * @param vectors of each modality
 */
public record Example(int row, double label, SortedMap<Modality, CodonVectors> vectors) {

  /** One more than the last codon that any modality covers. */
  int codons() {
    return vectors.values().stream().mapToInt(CodonVectors::endCodon).max().orElseThrow();
  }
}
