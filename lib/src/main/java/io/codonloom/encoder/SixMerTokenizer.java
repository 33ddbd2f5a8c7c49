package io.codonloom.encoder;

import io.codonloom.UserException;
import java.util.Locale;

/**
 * The tokens of the Nucleotide Transformer: {@code <cls>}, then each stretch without N as whole
 * 6-mers and single bases for the rest of it, each N as itself. Every N starts the 6-mers anew.
 */
final class SixMerTokenizer implements Tokenizer {
  private static final int K = 6;

  private final Vocabulary vocabulary;
  private final int cls;

  SixMerTokenizer(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    this.cls = vocabulary.id("<cls>");
  }

  @Override
  public Tokens tokenize(String text) {
    String dna = text.toUpperCase(Locale.ROOT).replace('U', 'T');
    int count = count(dna, 0, dna.length());
    int[] ids = new int[count];
    int[] starts = new int[count];
    int[] ends = new int[count];
    ids[0] = cls;
    int token = 1;
    int position = 0;
    while (position < dna.length()) {
      int end = position + wordLength(dna, position, dna.length());
      int id = vocabulary.find(dna.substring(position, end));
      if (id < 0) {
        throw new UserException(
            String.format(
                Locale.ROOT,
                "'%s' at position %d is not in %s",
                dna.substring(position, end),
                position,
                vocabulary.origin()));
      }
      ids[token] = id;
      starts[token] = position;
      ends[token] = end;
      token++;
      position = end;
    }
    return new Tokens(ids, starts, ends);
  }

  @Override
  public int count(String text, int start, int end) {
    int count = 1;
    for (int position = start; position < end; count++) {
      position += wordLength(text, position, end);
    }
    return count;
  }

  /** 6 where a whole 6-mer without N starts, else 1. */
  private static int wordLength(String text, int position, int end) {
    if (position + K > end) {
      return 1;
    }
    for (int i = position; i < position + K; i++) {
      if (text.charAt(i) == 'N' || text.charAt(i) == 'n') {
        return 1;
      }
    }
    return K;
  }
}
