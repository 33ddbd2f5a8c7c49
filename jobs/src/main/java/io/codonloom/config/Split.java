package io.codonloom.config;

import io.codonloom.sequence.ProteinKmers;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
 * @param parts of a split by column or file: part → further names by which the input calls it
 */
public record Split(
    String name,
    SplitBy by,
    Map<String, Double> fractions,
    int folds,
    long seed,
    int kmer,
    double minShare,
    boolean nearest,
    Map<String, List<String>> parts) {
  /** Five residues in a row seldom meet by chance, and still in 63 % alike proteins one in ten. */
  public static final int KMER = 5;

  /** See {@link #KMER}. */
  static final double MIN_SHARE = 0.1;

  /** What two parts share is counted with one bit for each part. */
  public static final int MAX_PARTS = 64;

  /** One with the built-in terms of homology, without similarities. */
  public Split(String name, SplitBy by, Map<String, Double> fractions, int folds, long seed) {
    this(name, by, fractions, folds, seed, KMER, MIN_SHARE, false, Map.of());
  }

  /** What parts are usually called, but for the name itself. */
  private static final Map<String, String> USUAL =
      Map.of(
          "train", "train",
          "training", "train",
          "val", "val",
          "valid", "val",
          "validation", "val",
          "dev", "val",
          "test", "test",
          "testing", "test");

  /** The part that the input calls so, in whatever case; empty for none. */
  public Optional<String> part(String called) {
    String name = called.strip();
    for (Map.Entry<String, List<String>> part : parts.entrySet()) {
      if (part.getValue().stream().anyMatch(name::equalsIgnoreCase)) {
        return Optional.of(part.getKey());
      }
    }
    return parts.keySet().stream()
        .filter(name::equalsIgnoreCase)
        .findFirst()
        .or(() -> Optional.ofNullable(USUAL.get(name.toLowerCase(Locale.ROOT))));
  }

  /**
   * The part that a file's name says: the name itself, with or without its endings, or the only
   * part among its words; if it says none, its folder's name does.
   *
   * @param path the last of it counts first
   */
  public Optional<String> partOfFile(String path) {
    String[] names = path.split("/", -1);
    for (int i = names.length - 1; i >= 0; i--) {
      Optional<String> found = partOfName(names[i]);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private Optional<String> partOfName(String name) {
    String stem = name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
    Optional<String> whole = part(name).or(() -> part(stem));
    if (whole.isPresent()) {
      return whole;
    }
    Set<String> words = new LinkedHashSet<>();
    Arrays.stream(stem.split("[^\\p{L}\\p{N}]+")).forEach(word -> part(word).ifPresent(words::add));
    return words.size() == 1 ? words.stream().findFirst() : Optional.empty();
  }

  /** One of which the input does not say the parts. */
  public Split(
      String name,
      SplitBy by,
      Map<String, Double> fractions,
      int folds,
      long seed,
      int kmer,
      double minShare,
      boolean nearest) {
    this(name, by, fractions, folds, seed, kmer, minShare, nearest, Map.of());
  }

  /** Which of these parts it cannot have, as far as can be told without the rows. */
  public List<String> lacks(Collection<String> wanted) {
    return by.isGiven()
        ? List.of()
        : wanted.stream().filter(part -> !divided().contains(part)).toList();
  }

  /** The parts into which it divides the rows; none where the input says them. */
  public Set<String> divided() {
    if (by.isGiven()) {
      return Set.of();
    }
    return folds == 0
        ? fractions.keySet()
        : IntStream.range(0, folds).mapToObj(fold -> "fold" + fold).collect(Collectors.toSet());
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
    if (by.isGiven() && folds > 0) {
      throw new IllegalArgumentException(
          "folds cannot be read from a column or from files: set folds = 0");
    }
    if (!by.isGiven() && folds == 0) {
      checkFractions(fractions);
    }
    if (!by.isGiven() && !parts.isEmpty()) {
      throw new IllegalArgumentException("parts are for by = column and by = file");
    }
    checkParts(parts);
  }

  private static void checkParts(Map<String, List<String>> parts) {
    if (parts.size() > MAX_PARTS - 3) { // Beside train, val and test.
      throw new IllegalArgumentException(
          "parts must name at most " + (MAX_PARTS - 3) + " parts, there are " + parts.size());
    }
    Set<String> names = new HashSet<>();
    parts.forEach(
        (part, called) -> {
          Names.check("a part's name", part);
          for (String name : called) {
            if (!names.add(name.strip().toLowerCase(Locale.ROOT))) {
              throw new IllegalArgumentException("parts holds '" + name + "' twice");
            }
          }
        });
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
