package io.codonloom.config;

/** What the labels are. */
public enum Task {
  /** Numbers. */
  REGRESSION,
  /** Names out of a fixed, ordered list of classes. */
  CLASSIFICATION
}
