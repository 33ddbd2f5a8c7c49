package io.codonloom.sequence;

import java.nio.charset.StandardCharsets;

/**
 * A sequence as it was given, in upper case and with U for T; white space around it is no part of
 * it.
 *
 * @param text of the same length as the stripped input, so that positions mean the same in both
 * @param firstIllegal the position of the first character besides A C G U N, −1 if there is none
 */
record NucleotideText(String text, int firstIllegal) {
  private static final byte[] NORMAL = new byte[128];

  static {
    for (char c : "ACGUN".toCharArray()) {
      NORMAL[c] = (byte) c;
      NORMAL[Character.toLowerCase(c)] = (byte) c;
    }
    NORMAL['T'] = 'U';
    NORMAL['t'] = 'U';
  }

  static NucleotideText of(String given) {
    String stripped = given.strip();
    byte[] normal = new byte[stripped.length()];
    int firstIllegal = -1;
    for (int i = 0; i < normal.length; i++) {
      char c = stripped.charAt(i);
      normal[i] = c < NORMAL.length ? NORMAL[c] : 0;
      if (normal[i] == 0 && firstIllegal < 0) {
        firstIllegal = i;
      }
    }
    if (firstIllegal < 0) {
      return new NucleotideText(new String(normal, StandardCharsets.ISO_8859_1), -1);
    }
    char[] text = stripped.toCharArray();
    for (int i = 0; i < text.length; i++) {
      text[i] = normal[i] == 0 ? text[i] : (char) normal[i];
    }
    return new NucleotideText(new String(text), firstIllegal);
  }

  /** The text with N in the place of every illegal character. */
  String withUnknowns() {
    if (firstIllegal < 0) {
      return text;
    }
    char[] known = text.toCharArray();
    for (int i = firstIllegal; i < known.length; i++) {
      if (known[i] >= NORMAL.length || NORMAL[known[i]] == 0) {
        known[i] = 'N';
      }
    }
    return new String(known);
  }
}
