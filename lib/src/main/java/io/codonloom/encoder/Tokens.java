package io.codonloom.encoder;

/**
 * A text as its encoder reads it.
 *
 * @param ids the tokens' numbers in the vocabulary, special tokens included
 * @param starts for each token, the first character of the text that it stands for
 * @param ends the character after its last; equal to the start for special tokens
 */
@SuppressWarnings("ArrayRecordComponent") // read in inner loops, never compared
public record Tokens(int[] ids, int[] starts, int[] ends) {
  public Tokens {
    if (ids.length != starts.length || ids.length != ends.length) {
      throw new IllegalArgumentException("ids, starts and ends must have one entry per token");
    }
  }

  /** How many tokens there are, special ones included. */
  public int count() {
    return ids.length;
  }
}
