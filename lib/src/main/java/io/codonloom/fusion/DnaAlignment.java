package io.codonloom.fusion;

/** How DNA comes from 6-mers to codons. */
public enum DnaAlignment {
  /** As the store has it: every codon has the vector of the 6-mer that covers it. */
  STORED,
  /** By a learned transposed convolution: see CodonUpsampling. */
  TRANSPOSED_CONVOLUTION
}
