package io.codonloom.encoder;

import io.codonloom.UserException;
import java.util.Arrays;
import java.util.Locale;

/** One token per character between {@code <cls>} and {@code <eos>}: RNA-FM and ESM-2. */
final class LetterTokenizer implements Tokenizer {
  private final String origin;
  private final int[] ids = new int[128];
  private final int cls;
  private final int eos;

  /**
   * @param from a letter that is read as {@code to}, as T is as U in RNA; 0 for none
   */
  LetterTokenizer(Vocabulary vocabulary, char from, char to) {
    origin = vocabulary.origin();
    cls = vocabulary.id("<cls>");
    eos = vocabulary.id("<eos>");
    Arrays.fill(ids, -1);
    for (char c = ' ' + 1; c < 127; c++) {
      ids[c] = vocabulary.find(Character.toString(Character.toUpperCase(c)));
    }
    if (from != 0) {
      ids[from] = ids[to];
      ids[Character.toLowerCase(from)] = ids[to];
    }
  }

  @Override
  public Tokens tokenize(String text) {
    int length = text.length();
    int[] tokens = new int[length + 2];
    int[] starts = new int[length + 2];
    int[] ends = new int[length + 2];
    tokens[0] = cls;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      int id = c < ids.length ? ids[c] : -1;
      if (id < 0) {
        throw new UserException(
            String.format(Locale.ROOT, "character '%s' at position %d is not in %s", c, i, origin));
      }
      tokens[i + 1] = id;
      starts[i + 1] = i;
      ends[i + 1] = i + 1;
    }
    tokens[length + 1] = eos;
    starts[length + 1] = length;
    ends[length + 1] = length;
    return new Tokens(tokens, starts, ends);
  }

  @Override
  public int count(String text, int start, int end) {
    return end - start + 2;
  }
}
