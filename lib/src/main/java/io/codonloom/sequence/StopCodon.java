package io.codonloom.sequence;

/** Whether the last codon, where it is a stop, is part of what the nucleotide encoders read. */
public enum StopCodon {
  /** It is cut off, so that DNA, RNA and protein cover the same codons. */
  EXCLUDE,
  /** It is read: DNA and RNA have one codon more than the protein. */
  INCLUDE
}
