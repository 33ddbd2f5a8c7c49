package io.codonloom.config;

import java.util.List;
import java.util.function.UnaryOperator;

/** Finds the name that a user most likely meant. */
public final class Suggestion {
  private Suggestion() {}

  /** The known name nearest to the given one, or all of them where none is near. */
  public static String among(List<String> known, String given, UnaryOperator<String> shown) {
    String nearest = null;
    int best = Integer.MAX_VALUE;
    for (String name : known) {
      int distance = distance(name, given);
      if (distance < best) {
        best = distance;
        nearest = name;
      }
    }
    return nearest != null && best <= Math.max(2, given.length() / 2)
        ? "did you mean " + shown.apply(nearest) + "?"
        : "the valid names are " + String.join(", ", known);
  }

  /** Levenshtein's distance. */
  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(substitution, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
