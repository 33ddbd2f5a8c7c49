package io.codonloom.config;

/** What a split keeps together on one side. */
public enum SplitBy {
  /** All measurements of one coding sequence. */
  SEQUENCE,
  /** All measurements with the same value in the group column, for instance a gene. */
  GROUP,
  /** All measurements of proteins that resemble each other, directly or through others. */
  HOMOLOGY,
  /** Nothing: each measurement for itself. */
  ROW,
  /** The parts are given by a column of the input. */
  COLUMN
}
