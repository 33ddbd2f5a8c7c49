package io.codonloom.fusion;

/** How the modalities become one vector per codon. */
public enum Fusion {
  /** One modality alone, its vectors as they are: see SingleModality. */
  NONE,
  /** Features side by side at every codon: see ConcatFusion. */
  CONCAT,
  /** Gated attention over whole modalities, as in multiple instance learning: see MilFusion. */
  MIL,
  /** The same with weights of its own at every codon: see TokenAttentionFusion. */
  TOKEN_ATTENTION,
  /** Every modality attends to all of them: see CrossAttentionFusion. */
  CROSS_ATTENTION,
  /** The modalities one after the other along time: see VanillaConcatFusion. */
  VANILLA_CONCAT
}
