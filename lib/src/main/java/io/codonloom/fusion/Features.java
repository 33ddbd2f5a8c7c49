package io.codonloom.fusion;

/** What a network reads of each modality. */
public enum Features {
  /** The encoders' codon vectors. */
  EMBEDDINGS,
  /** The sequence itself, one 1 for each letter; needs no encoder. */
  ONE_HOT
}
