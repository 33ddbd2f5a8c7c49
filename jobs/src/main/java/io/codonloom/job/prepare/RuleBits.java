package io.codonloom.job.prepare;

import io.codonloom.sequence.Rule;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Sets of rules as bits of a number, for columns within one job; no table holds them. */
final class RuleBits {
  private static final Map<Rule, Long> BITS = new EnumMap<>(Rule.class);

  static {
    for (Rule rule : Rule.values()) {
      BITS.put(rule, 1L << BITS.size());
    }
  }

  private RuleBits() {}

  static long of(Iterable<Rule> rules) {
    long bits = 0;
    for (Rule rule : rules) {
      bits |= BITS.get(rule);
    }
    return bits;
  }

  static long of(Rule rule) {
    return BITS.get(rule);
  }

  /** In the order of the rules' declaration. */
  static List<Rule> rules(long bits) {
    List<Rule> rules = new ArrayList<>();
    BITS.forEach(
        (rule, bit) -> {
          if ((bits & bit) != 0) {
            rules.add(rule);
          }
        });
    return rules;
  }
}
