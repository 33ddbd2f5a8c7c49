package io.codonloom.encoder;

/** Which of a model's outputs is a token's vector. */
public enum EncoderOutput {
  /** The hidden state of a layer. */
  HIDDEN,
  /** The language model's scores, one for each word of the vocabulary. */
  LOGITS
}
