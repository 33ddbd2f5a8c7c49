package io.codonloom.config;

import io.codonloom.sequence.ProteinKmers;
import java.util.Collection;
import java.util.Map;

/**
 * A named division of a dataset's measurements. It depends on the seed and the ids alone, never on
 * their order.
 *
 * @param name of its partition in the splits table
 * @param by what stays together
 * @param fractions part → share of what is divided; they add up to 1 (not read for folds and for
 *     columns)
 * @param folds 0 for fractions, or how many folds of about equal size, each its own part
 * @param seed another seed gives another division
 * @param kmer of a split by homology: how many residues are compared at a time
 * @param minShare of a split by homology: proteins stay together that share at least this part of
 *     the k-mers of the one that has fewer
 * @param nearest whether each row outside of the part {@code train} also gets its protein's
 *     similarity to the nearest one there, by k-mers, and scores are given by it too
 */
public record Split(
    String name,
    SplitBy by,
    Map<String, Double> fractions,
    int folds,
    long seed,
    int kmer,
    double minShare,
    boolean nearest) {
  /** Five residues in a row seldom meet by chance, and still in 63 % alike proteins one in ten. */
  public static final int KMER = 5;

  /** See {@link #KMER}. */
  static final double MIN_SHARE = 0.1;

  /** What two parts share is counted with one bit for each part. */
  public static final int MAX_PARTS = 64;

  /** One with the built-in terms of homology, without similarities. */
  public Split(String name, SplitBy by, Map<String, Double> fractions, int folds, long seed) {
    this(name, by, fractions, folds, seed, KMER, MIN_SHARE, false);
  }

  /** Whether it may have rows in all these parts, as far as can be told without the rows. */
  public boolean mayHave(Collection<String> parts) {
    return by == SplitBy.COLUMN || (folds == 0 && fractions.keySet().containsAll(parts));
  }

  /** Whether it needs proteins to be compared. */
  public boolean comparesProteins() {
    return by == SplitBy.HOMOLOGY || nearest;
  }

  public Split {
    Names.check("name", name);
    if (folds < 0 || folds == 1 || folds > MAX_PARTS) {
      throw new IllegalArgumentException(
          "folds must be 0 (none) or from 2 to " + MAX_PARTS + ", was " + folds);
    }
    if (kmer < 1 || kmer > ProteinKmers.MAX_LENGTH) {
      throw new IllegalArgumentException(
          "kmer must be from 1 to " + ProteinKmers.MAX_LENGTH + ", was " + kmer);
    }
    if (!(minShare > 0 && minShare <= 1)) {
      throw new IllegalArgumentException(
          "min-share must be above 0 and at most 1, was " + minShare);
    }
    if (by == SplitBy.COLUMN && folds > 0) {
      throw new IllegalArgumentException("folds cannot be read from a column: set folds = 0");
    }
    if (by != SplitBy.COLUMN && folds == 0) {
      checkFractions(fractions);
    }
  }

  private static void checkFractions(Map<String, Double> fractions) {
    double sum = 0;
    for (Map.Entry<String, Double> part : fractions.entrySet()) {
      Names.check("a part's name", part.getKey());
      if (!(part.getValue() > 0)) {
        throw new IllegalArgumentException(
            "fractions." + part.getKey() + " must be above 0, was " + part.getValue());
      }
      sum += part.getValue();
    }
    if (fractions.size() > MAX_PARTS) {
      throw new IllegalArgumentException(
          "fractions must name at most " + MAX_PARTS + " parts, there are " + fractions.size());
    }
    if (Math.abs(sum - 1) > 1e-9) {
      throw new IllegalArgumentException("fractions must add up to 1, they add up to " + sum);
    }
  }
}
