package io.codonloom.sequence;

/** Which codons count as a start. */
public enum StartCodon {
  /** AUG alone. */
  AUG,
  /**
   * Every start of the genetic code's table. As in GenBank's translations, such a first codon reads
   * as methionine in the protein: the initiator tRNA carries it whatever the codon.
   */
  TABLE
}
