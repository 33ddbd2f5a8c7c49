package io.codonloom.sequence;

import java.util.Locale;
import java.util.Set;

/**
 * What a row of a dataset may break. The first policy listed for a rule is its default, the papers'
 * own: the row is refused. A rule with that policy alone leaves nothing that could be kept: a row
 * without a codon has nothing to encode, one without a number has nothing to learn from, and two
 * rows of one id could not be told apart in any later table.
 */
public enum Rule {
  /** No codon besides a stop. */
  EMPTY,
  /** A character besides A, C, G, U, T and N, in any case. Kept, it reads as N. */
  ILLEGAL_CHARACTER(Policy.KEEP),
  /** The {@link CodingRange} is none, or does not lie in the transcript. */
  CDS_OUT_OF_RANGE,
  /** One or two nucleotides too many; a partial codon has no residue, so it cannot be kept. */
  LENGTH_NOT_DIVISIBLE_BY_3(Policy.TRIM),
  /** The first codon is no {@link StartCodon}. */
  NO_START_CODON(Policy.KEEP),
  /** The last complete codon is no stop of the genetic code. */
  NO_STOP_CODON(Policy.KEEP),
  /**
   * A stop before the last complete codon. Kept, it reads as X in the protein; under {@link
   * Policy#SELENOCYSTEINE} UGA reads as U, and another stop refuses the row.
   */
  INTERNAL_STOP(Policy.KEEP, Policy.SELENOCYSTEINE),
  /** A codon that the row says is a selenocysteine is no internal stop UGA. */
  SELENOCYSTEINE_MISPLACED,
  /** More codons than {@link Rules#maxCodons()}. */
  TOO_LONG(Policy.TRUNCATE, Policy.KEEP),
  /** Fewer codons than {@link Rules#minCodons()}. */
  TOO_SHORT(Policy.KEEP),
  /** More codons than the {@link InputLimit} of the DNA encoder. */
  TOO_LONG_FOR_DNA,
  /** More codons than the {@link InputLimit} of the RNA encoder. */
  TOO_LONG_FOR_RNA,
  /** More residues than the {@link InputLimit} of the protein encoder. */
  TOO_LONG_FOR_PROTEIN,
  /** No label. Kept, it is null: for sequences that are to be predicted. */
  LABEL_MISSING(Policy.KEEP),
  /** A label that is no finite decimal number; NaN and Infinity are none. */
  LABEL_NOT_A_NUMBER,
  /** A label that no single-precision number can be as great as: networks could not tell it. */
  LABEL_TOO_LARGE,
  /** A label that is none of the dataset's classes. */
  LABEL_UNKNOWN_CLASS,
  /** The row has no value in any of its id columns. */
  ROW_ID_MISSING,
  /** An earlier row has the same id; the first by row number stays. */
  DUPLICATE_ROW_ID,
  /** The row's genetic code is not a number of the NCBI's tables. */
  UNKNOWN_GENETIC_CODE,
  /** More or fewer fields than the header, or a quote that is never closed. */
  MALFORMED_ROW;

  @SuppressWarnings("ImmutableEnumChecker") // It is a Set.of, which nothing can change.
  private final Set<Policy> alternatives;

  private final String id = name().toLowerCase(Locale.ROOT);

  Rule(Policy... alternatives) {
    this.alternatives = Set.of(alternatives);
  }

  /** The name in tables and manifests, for instance {@code no_start_codon}. */
  public String id() {
    return id;
  }

  /** Whether a row that breaks this rule may be treated so. Every rule may refuse it. */
  boolean allows(Policy policy) {
    return policy == Policy.REJECT || alternatives.contains(policy);
  }

  /** The rule about inputs too long for that modality's encoder. */
  public static Rule tooLongFor(Modality modality) {
    return switch (modality) {
      case DNA -> TOO_LONG_FOR_DNA;
      case RNA -> TOO_LONG_FOR_RNA;
      case PROTEIN -> TOO_LONG_FOR_PROTEIN;
    };
  }
}
