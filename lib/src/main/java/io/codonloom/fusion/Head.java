package io.codonloom.fusion;

/** What turns the fused codons into the features that the last, linear layer reads. */
public enum Head {
  /** Convolutions and their global maxima: see TextCnnHead. */
  TEXT_CNN,
  /** Mean over the codons and one hidden layer: see MlpHead. */
  MLP,
  /** A recurrent layer and its maxima over time: see LstmHead. */
  LSTM
}
