package io.codonloom.sequence;

/** What happens to a row that breaks a {@link Rule}. */
public enum Policy {
  /** The row is refused; it stands in the rejects table with every reason. */
  REJECT,
  /** The row is kept as it is, and counted. What it reads as is said at the rule. */
  KEEP,
  /** The row is kept without its incomplete last codon, and counted. */
  TRIM,
  /** The row is kept, and its internal UGA are read as selenocysteine, U in the protein. */
  SELENOCYSTEINE,
  /** The row is kept up to the longest permitted length, at a codon border, and counted. */
  TRUNCATE
}
