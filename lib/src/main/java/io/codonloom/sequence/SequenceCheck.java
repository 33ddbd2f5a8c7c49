package io.codonloom.sequence;

import java.util.Optional;
import java.util.Set;

/** What a checked sequence breaks. */
public final class SequenceCheck {
  private final String given;
  private final GeneticCode code;
  private final Set<Rule> refused;
  private final Set<Rule> kept;
  private final int position;
  private final CodingSequence sequence;

  /**
   * @param given the normalized text before any policy
   * @param sequence null for a refused one
   */
  SequenceCheck(
      String given,
      GeneticCode code,
      Set<Rule> refused,
      Set<Rule> kept,
      int position,
      CodingSequence sequence) {
    this.given = given;
    this.code = code;
    this.refused = refused;
    this.kept = kept;
    this.position = position;
    this.sequence = sequence;
  }

  /** Every rule that refuses it; empty for an accepted one. */
  public Set<Rule> refused() {
    return refused;
  }

  /** Every broken rule whose policy lets it pass, also beside refusals. */
  public Set<Rule> kept() {
    return kept;
  }

  /**
   * The first offending nucleotide, counted from 0 in the input without white space; −1 where no
   * refusal has a place.
   */
  public int position() {
    return position;
  }

  /** The sequence after the policies, if it is accepted. */
  public Optional<CodingSequence> sequence() {
    return Optional.ofNullable(sequence);
  }

  /** The content hash of the sequence before any policy, if there is any text. */
  public Optional<String> givenId() {
    if (given.isEmpty()) {
      return Optional.empty();
    }
    boolean same = hasGivenText() && !sequence.hasSelenocysteines();
    return Optional.of(same ? sequence.id() : CodingSequence.id(given, code));
  }

  /**
   * Whether the accepted sequence is all of the text that was checked, in another spelling at most:
   * no policy has cut it or put a nucleotide in the place of another character.
   */
  public boolean hasGivenText() {
    return sequence != null && sequence.rna().equals(given);
  }
}
