package io.codonloom.config;

/** What a split keeps together on one side. */
public enum SplitBy {
  /** All measurements of one coding sequence. */
  SEQUENCE("sequence"),
  /** All measurements with the same value in the group column, for instance a gene. */
  GROUP("group"),
  /** All measurements of proteins that resemble each other, directly or through others. */
  HOMOLOGY("family"),
  /** Nothing: each measurement for itself. */
  ROW("row"),
  /** The parts are given by a column of the input. */
  COLUMN("sequence"),
  /** The parts are given by the names of the files. */
  FILE("sequence");

  private final String unit;

  SplitBy(String unit) {
    this.unit = unit;
  }

  /**
   * What one of the things kept together is called. A column or a file keeps nothing together for
   * certain; measurements of one coding sequence depend on each other all the same.
   */
  public String unit() {
    return unit;
  }

  /** Whether the input says which parts there are. */
  public boolean isGiven() {
    return this == COLUMN || this == FILE;
  }
}
