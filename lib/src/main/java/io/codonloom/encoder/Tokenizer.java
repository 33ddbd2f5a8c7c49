package io.codonloom.encoder;

import io.codonloom.UserException;

/** Cuts a text into a model's words. */
interface Tokenizer {
  /**
   * The words of a text with the family's special tokens.
   *
   * @param text in any case; T and U are taken for each other
   * @throws UserException if a character is not in the vocabulary
   */
  Tokens tokenize(String text);

  /** As many tokens as {@link #tokenize} gives, counted without looking words up. */
  int count(String text, int start, int end);

  /** The tokenizer of a family's models over their vocabulary. */
  static Tokenizer of(Family family, Vocabulary vocabulary) {
    return switch (family) {
      case NUCLEOTIDE_TRANSFORMER -> new SixMerTokenizer(vocabulary);
      case RNA_FM -> new LetterTokenizer(vocabulary, 'T', 'U');
      case ESM2 -> new LetterTokenizer(vocabulary, (char) 0, (char) 0);
    };
  }
}
