package io.codonloom.fusion;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * What a network predicts: one number with the mean squared error as its loss, or the probabilities
 * of classes with the cross-entropy.
 *
 * @param classes how many there are, or 0 for a number
 * @param classWeights what each class's cross-entropy counts in the loss (summed, and divided by
 *     the number of examples), or none
 */
public record Target(int classes, List<Double> classWeights) implements Serializable {
  /** One number. */
  public static final Target REGRESSION = new Target(0, List.of());

  public Target {
    classWeights = List.copyOf(classWeights);
    if (classes < 0 || classes == 1) {
      throw new IllegalArgumentException("classes must be 0 or at least 2, was " + classes);
    }
    if (!classWeights.isEmpty() && classWeights.size() != classes) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "class-weights must name all %d classes, named %d",
              classes,
              classWeights.size()));
    }
    if (!classWeights.stream().allMatch(weight -> weight > 0 && Double.isFinite(weight))) {
      throw new IllegalArgumentException(
          "class-weights must be positive numbers, were " + classWeights);
    }
  }

  /** Classes that all count the same. */
  public static Target classes(int classes) {
    return new Target(classes, List.of());
  }

  public boolean regression() {
    return classes == 0;
  }

  /** Columns of the prediction. */
  public int outputs() {
    return regression() ? 1 : classes;
  }
}
