package io.codonloom.config;

import java.util.Map;

/**
 * A named division of a dataset's measurements. It depends on the seed and the ids alone, never on
 * their order.
 *
 * @param name of its partition in the splits table
 * @param by what stays together
 * @param fractions part → share of what is divided; they add up to 1 (not for columns and folds)
 * @param folds how many, for folds
 * @param seed another seed gives another division
 */
public record Split(String name, SplitBy by, Map<String, Double> fractions, int folds, long seed) {

  public Split {
    Names.check("name", name);
    if (by == SplitBy.FOLDS && folds < 2) {
      throw new IllegalArgumentException("folds must be at least 2, was " + folds);
    }
    if (by != SplitBy.FOLDS && by != SplitBy.COLUMN) {
      double sum = 0;
      for (Map.Entry<String, Double> part : fractions.entrySet()) {
        Names.check("a part's name", part.getKey());
        if (!(part.getValue() > 0)) {
          throw new IllegalArgumentException(
              "fractions." + part.getKey() + " must be above 0, was " + part.getValue());
        }
        sum += part.getValue();
      }
      if (Math.abs(sum - 1) > 1e-9) {
        throw new IllegalArgumentException("fractions must add up to 1, they add up to " + sum);
      }
    }
  }
}
