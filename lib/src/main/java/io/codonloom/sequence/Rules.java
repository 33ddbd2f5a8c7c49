package io.codonloom.sequence;

import java.io.Serializable;
import java.util.Locale;
import java.util.Optional;

/**
 * Which rows a dataset takes. Every rule that is not named here refuses the row; what a policy
 * means for its rule is said at {@link Rule}. Lengths are counted in the codons that the nucleotide
 * encoders read: a stop counts where it is included.
 *
 * @param illegalCharacter reject or keep
 * @param lengthNotDivisibleByThree reject or trim
 * @param noStartCodon reject or keep
 * @param noStopCodon reject or keep
 * @param internalStop reject, keep or selenocysteine
 * @param tooLong reject, truncate or keep
 * @param tooShort reject or keep
 * @param labelMissing reject or keep
 * @param minCodons the shortest sequence, at least 1
 * @param maxCodons the longest sequence; 0 for no limit
 * @param start which codons count as a start
 * @param stopCodon whether the final stop is read
 */
public record Rules(
    Policy illegalCharacter,
    Policy lengthNotDivisibleByThree,
    Policy noStartCodon,
    Policy noStopCodon,
    Policy internalStop,
    Policy tooLong,
    Policy tooShort,
    Policy labelMissing,
    int minCodons,
    int maxCodons,
    StartCodon start,
    StopCodon stopCodon)
    implements Serializable {

  public Rules {
    check("illegal-character", Rule.ILLEGAL_CHARACTER, illegalCharacter);
    check(
        "length-not-divisible-by-three", Rule.LENGTH_NOT_DIVISIBLE_BY_3, lengthNotDivisibleByThree);
    check("no-start-codon", Rule.NO_START_CODON, noStartCodon);
    check("no-stop-codon", Rule.NO_STOP_CODON, noStopCodon);
    check("internal-stop", Rule.INTERNAL_STOP, internalStop);
    check("too-long", Rule.TOO_LONG, tooLong);
    check("too-short", Rule.TOO_SHORT, tooShort);
    check("label-missing", Rule.LABEL_MISSING, labelMissing);
    if (minCodons < 1) {
      throw new IllegalArgumentException("min-codons must be at least 1, was " + minCodons);
    }
    if (maxCodons != 0 && maxCodons < minCodons) {
      throw new IllegalArgumentException(
          "max-codons must be 0 (no limit) or at least min-codons, was " + maxCodons);
    }
  }

  private static void check(String key, Rule rule, Policy policy) {
    if (!rule.allows(policy)) {
      throw new IllegalArgumentException(
          key + " cannot be " + policy.name().toLowerCase(Locale.ROOT));
    }
  }

  /**
   * What in the config lets rows pass that break the rule, such as {@code no-start-codon = keep}.
   */
  public static Optional<String> remedy(Rule rule) {
    return Optional.ofNullable(
        switch (rule) {
          case ILLEGAL_CHARACTER -> "illegal-character = keep";
          case LENGTH_NOT_DIVISIBLE_BY_3 -> "length-not-divisible-by-three = trim";
          case NO_START_CODON -> "no-start-codon = keep";
          case NO_STOP_CODON -> "no-stop-codon = keep";
          case INTERNAL_STOP -> "internal-stop = keep";
          case TOO_LONG -> "too-long = truncate";
          case TOO_SHORT -> "too-short = keep";
          case LABEL_MISSING -> "label-missing = keep";
          default -> null;
        });
  }

  /** The papers': every rule refuses, AUG starts, the stop is not read, any length. */
  public static Rules defaults() {
    return new Rules(
        Policy.REJECT,
        Policy.REJECT,
        Policy.REJECT,
        Policy.REJECT,
        Policy.REJECT,
        Policy.REJECT,
        Policy.REJECT,
        Policy.REJECT,
        1,
        0,
        StartCodon.AUG,
        StopCodon.EXCLUDE);
  }

  /** The same for sequences without labels. */
  public Rules withoutLabels() {
    return new Rules(
        illegalCharacter,
        lengthNotDivisibleByThree,
        noStartCodon,
        noStopCodon,
        internalStop,
        tooLong,
        tooShort,
        Policy.KEEP,
        minCodons,
        maxCodons,
        start,
        stopCodon);
  }

  /**
   * What happens to a row that breaks the rule. The three rules about encoders' limits are not
   * here: see {@link InputLimit}.
   */
  public Policy policy(Rule rule) {
    return switch (rule) {
      case ILLEGAL_CHARACTER -> illegalCharacter;
      case LENGTH_NOT_DIVISIBLE_BY_3 -> lengthNotDivisibleByThree;
      case NO_START_CODON -> noStartCodon;
      case NO_STOP_CODON -> noStopCodon;
      case INTERNAL_STOP -> internalStop;
      case TOO_LONG -> tooLong;
      case TOO_SHORT -> tooShort;
      case LABEL_MISSING -> labelMissing;
      default -> Policy.REJECT;
    };
  }
}
