package io.codonloom.sequence;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Holds sequences against the rules and the encoders' limits. Every rule is tried on every
 * sequence, so that a refused one comes with all its reasons. Thread-safe.
 */
public final class SequenceChecker {
  private final Rules rules;
  private final Map<Modality, InputLimit> limits;

  /**
   * @param limits of the encoders; a modality that is not there has none
   */
  public SequenceChecker(Rules rules, Map<Modality, InputLimit> limits) {
    this.rules = rules;
    this.limits = Map.copyOf(limits);
  }

  /** Checks one sequence as it was given: DNA or RNA in any case. */
  public SequenceCheck check(String given, GeneticCode code) {
    return check(NucleotideText.of(given), code, 0);
  }

  /** Checks the coding sequence inside of a transcript as it was given. */
  public SequenceCheck check(String transcript, CodingRange range, GeneticCode code) {
    NucleotideText whole = NucleotideText.of(transcript);
    if (!range.isWithin(whole.text().length())) {
      Findings found = new Findings(0);
      found.refuse(whole.text().isEmpty() ? Rule.EMPTY : Rule.CDS_OUT_OF_RANGE, -1);
      return found.result(whole.text(), code, null);
    }
    return check(NucleotideText.of(range.of(whole.text())), code, range.start() - 1);
  }

  private SequenceCheck check(NucleotideText normalized, GeneticCode code, int offset) {
    Findings found = new Findings(offset);
    if (normalized.text().isEmpty()) {
      found.refuse(Rule.EMPTY, -1);
      return found.result(normalized.text(), code, null);
    }
    if (normalized.firstIllegal() >= 0) {
      found.apply(Rule.ILLEGAL_CHARACTER, normalized.firstIllegal());
    }
    String rna = normalized.withUnknowns();
    int tail = rna.length() % 3;
    if (tail > 0) {
      rna = rna.substring(0, rna.length() - tail);
      found.apply(Rule.LENGTH_NOT_DIVISIBLE_BY_3, rna.length());
    }
    CodingSequence sequence = new CodingSequence(rna, code);
    if (sequence.residues() == 0) {
      found.refuse(Rule.EMPTY, 0);
    }
    checkSignals(sequence, found);
    sequence = checkLength(sequence, found);
    checkLimits(sequence, found);
    return found.result(normalized.text(), code, sequence);
  }

  private void checkSignals(CodingSequence sequence, Findings found) {
    String rna = sequence.rna();
    GeneticCode code = sequence.code();
    int last = rna.length() - 3;
    if (last < 0) {
      return;
    }
    boolean starts =
        rules.start() == StartCodon.TABLE ? code.isStart(rna, 0) : rna.startsWith("AUG");
    if (!starts) {
      found.apply(Rule.NO_START_CODON, 0);
    }
    if (!sequence.endsWithStop()) {
      found.apply(Rule.NO_STOP_CODON, last);
    }
    byte[] residues = code.residues(rna, last / 3);
    for (int i = 0; i < residues.length; i++) {
      if (residues[i] == GeneticCode.STOP) {
        found.apply(Rule.INTERNAL_STOP, 3 * i);
        break;
      }
    }
  }

  private CodingSequence checkLength(CodingSequence sequence, Findings found) {
    int codons = sequence.codons(Modality.RNA, rules.stopCodon());
    if (codons > 0 && codons < rules.minCodons()) {
      found.apply(Rule.TOO_SHORT, -1);
    }
    if (rules.maxCodons() > 0 && codons > rules.maxCodons()) {
      int end = 3 * rules.maxCodons();
      found.apply(Rule.TOO_LONG, end);
      if (rules.tooLong() == Policy.TRUNCATE) {
        return new CodingSequence(sequence.rna().substring(0, end), sequence.code());
      }
    }
    return sequence;
  }

  private void checkLimits(CodingSequence sequence, Findings found) {
    limits.forEach(
        (modality, limit) -> {
          if (limit.isExceededBy(sequence.codons(modality, rules.stopCodon()))) {
            Rule rule = Rule.tooLongFor(modality);
            switch (limit.overLong()) {
              case REJECT, FAIL -> found.refuse(rule, 3 * limit.maxCodons());
              case TRUNCATE, WINDOW -> found.kept.add(rule);
            }
          }
        });
  }

  private final class Findings {
    private final Set<Rule> refused = EnumSet.noneOf(Rule.class);
    private final Set<Rule> kept = EnumSet.noneOf(Rule.class);
    private final int offset;
    private int position = Integer.MAX_VALUE;

    /**
     * @param offset of the sequence in what was given
     */
    Findings(int offset) {
      this.offset = offset;
    }

    void apply(Rule rule, int where) {
      if (rules.policy(rule) == Policy.REJECT) {
        refuse(rule, where);
      } else {
        kept.add(rule);
      }
    }

    void refuse(Rule rule, int where) {
      refused.add(rule);
      if (where >= 0) {
        position = Math.min(position, offset + where);
      }
    }

    SequenceCheck result(String given, GeneticCode code, CodingSequence sequence) {
      return new SequenceCheck(
          given,
          code,
          refused,
          kept,
          position == Integer.MAX_VALUE ? -1 : position,
          refused.isEmpty() ? sequence : null);
    }
  }
}
