package io.codonloom.fusion;

/** How the modalities become one vector per codon. */
public enum Fusion {
  /** Gated attention over whole modalities, as in multiple instance learning: see MilFusion. */
  MIL
}
