package io.codonloom.report;

import java.util.List;

/**
 * One named split of the accepted rows.
 *
 * @param name of the split
 * @param parts of it
 * @param shared what every two parts have in common
 */
public record SplitFacts(String name, List<Part> parts, List<Shared> shared) {

  public SplitFacts {
    parts = List.copyOf(parts);
    shared = List.copyOf(shared);
  }

  boolean hasGroups() {
    return parts.stream().anyMatch(part -> part.groups() > 0);
  }

  /**
   * One part of the split.
   *
   * @param name of the part
   * @param rows in it
   * @param sequences distinct coding sequences
   * @param proteins distinct proteins
   * @param groups distinct values of the group column; 0 without one
   */
  public record Part(String name, long rows, long sequences, long proteins, long groups) {}

  /**
   * What two parts have in common.
   *
   * @param first name of a part
   * @param second name of another
   * @param sequences distinct coding sequences that both have
   * @param proteins likewise
   * @param groups likewise
   */
  public record Shared(String first, String second, long sequences, long proteins, long groups) {}
}
