package io.codonloom.fusion;

/** What turns the fused codons into the prediction. */
public enum Head {
  /** Convolutions, global maximum, dropout, linear: see TextCnnHead. */
  TEXT_CNN
}
