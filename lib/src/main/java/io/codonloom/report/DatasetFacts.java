package io.codonloom.report;

import java.util.List;

/**
 * What was learned from.
 *
 * @param name the dataset's name
 * @param source where its rows came from, for instance a file
 * @param label what the label is, with its unit
 * @param computed whether the label was calculated from the sequence rather than measured; said
 *     wherever it is shown
 * @param classes for classification, the classes in the order of their index; empty for regression
 */
public record DatasetFacts(
    String name, String source, String label, boolean computed, List<String> classes) {

  public DatasetFacts {
    classes = List.copyOf(classes);
  }

  boolean isClassification() {
    return !classes.isEmpty();
  }

  /** The label's name, and that it is computed where it is. */
  String labelTitle() {
    return computed ? label + " (computed)" : label;
  }

  /** What a label is, in one word. */
  String labelKind() {
    return isClassification() ? "true class" : computed ? "computed" : "measured";
  }
}
