package io.codonloom.sequence;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Holds sequences against the rules and the encoders' limits. Every rule is tried on every
 * sequence, so that a refused one comes with all its reasons. Thread-safe.
 */
public final class SequenceChecker {
  /** What some genes read as selenocysteine and most as a stop. */
  private static final String UGA = "UGA";

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
    return check(given, code, List.of());
  }

  /**
   * Checks one sequence that says itself which of its codons are selenocysteines.
   *
   * @param selenocysteines their numbers, from 1; each must be an internal stop UGA
   */
  public SequenceCheck check(String given, GeneticCode code, List<Integer> selenocysteines) {
    return check(NucleotideText.of(given), code, selenocysteines, 0);
  }

  /** Checks the coding sequence inside of a transcript; its codons count from its own start. */
  public SequenceCheck check(
      String transcript, CodingRange range, GeneticCode code, List<Integer> selenocysteines) {
    NucleotideText whole = NucleotideText.of(transcript);
    if (!range.isWithin(whole.text().length())) {
      Findings found = new Findings(0);
      found.refuse(whole.text().isEmpty() ? Rule.EMPTY : Rule.CDS_OUT_OF_RANGE, -1);
      return found.result(whole.text(), code, null);
    }
    NucleotideText coding = NucleotideText.of(range.of(whole.text()));
    return check(coding, code, selenocysteines, range.start() - 1);
  }

  private SequenceCheck check(
      NucleotideText normalized, GeneticCode code, List<Integer> selenocysteines, int offset) {
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
    sequence = checkSignals(sequence, selenocysteines, found);
    sequence = checkLength(sequence, found);
    checkLimits(sequence, found);
    return found.result(normalized.text(), code, sequence);
  }

  /** The sequence with its selenocysteines. */
  private CodingSequence checkSignals(
      CodingSequence sequence, List<Integer> selenocysteines, Findings found) {
    String rna = sequence.rna();
    GeneticCode code = sequence.code();
    int last = rna.length() - 3;
    if (last < 0) {
      return sequence;
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
    int[] stops =
        IntStream.range(0, residues.length).filter(i -> residues[i] == GeneticCode.STOP).toArray();
    if (stops.length == 0 && selenocysteines.isEmpty()) {
      return sequence;
    }
    int[] recoded = checkStops(rna, stops, selenocysteines, found);
    for (int number : selenocysteines) {
      if (IntStream.of(recoded).noneMatch(codon -> codon == number - 1)) {
        boolean inside = number >= 1 && 3 * (number - 1) <= last;
        found.refuse(Rule.SELENOCYSTEINE_MISPLACED, inside ? 3 * (number - 1) : -1);
      }
    }
    return new CodingSequence(rna, code, recoded);
  }

  /** Of the internal stops those that read as selenocysteine; the others break a rule. */
  private int[] checkStops(String rna, int[] stops, List<Integer> selenocysteines, Findings found) {
    boolean byRule = rules.internalStop() == Policy.SELENOCYSTEINE;
    IntStream.Builder recoded = IntStream.builder();
    for (int codon : stops) {
      boolean canBe = rna.startsWith(UGA, 3 * codon);
      if (canBe && selenocysteines.contains(codon + 1)) {
        recoded.add(codon);
      } else if (canBe && byRule) {
        recoded.add(codon);
        found.kept.add(Rule.INTERNAL_STOP);
      } else if (byRule) {
        found.refuse(Rule.INTERNAL_STOP, 3 * codon);
      } else {
        found.apply(Rule.INTERNAL_STOP, 3 * codon);
      }
    }
    return recoded.build().toArray();
  }

  private CodingSequence checkLength(CodingSequence sequence, Findings found) {
    int codons = sequence.codons(Modality.RNA, rules.stopCodon());
    if (codons > 0 && codons < rules.minCodons()) {
      found.apply(Rule.TOO_SHORT, -1);
    }
    if (rules.maxCodons() > 0 && codons > rules.maxCodons()) {
      found.apply(Rule.TOO_LONG, 3 * rules.maxCodons());
      if (rules.tooLong() == Policy.TRUNCATE) {
        return sequence.first(rules.maxCodons());
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
