package io.codonloom.config;

/** How much a row of each class counts in the loss of a classification. */
public enum ClassWeights {
  /** All rows the same. */
  NONE,
  /** Each class as much as every other: rows / (classes × rows of the class) in the train part. */
  BALANCED
}
