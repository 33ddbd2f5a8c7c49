package io.codonloom.sequence;

import java.nio.charset.StandardCharsets;

/**
 * A sequence as it was given, in upper case and with U for T; white space around and inside it is
 * no part of it.
 *
 * @param text of the same length as the input without its white space, so that positions mean the
 *     same in both
 * @param firstIllegal the position of the first character besides A C G U N, −1 if there is none
 */
record NucleotideText(String text, int firstIllegal) {
  private static final byte[] NORMAL = new byte[256];

  static {
    for (char c : "ACGUN".toCharArray()) {
      NORMAL[c] = (byte) c;
      NORMAL[Character.toLowerCase(c)] = (byte) c;
    }
    NORMAL['T'] = 'U';
    NORMAL['t'] = 'U';
  }

  static NucleotideText of(String given) {
    NucleotideText text = ofCharacters(given);
    return text.firstIllegal < 0 ? text : ofCharacters(withoutBlanks(given));
  }

  /** Without white space: of every kind, also those that have no width. */
  private static String withoutBlanks(String given) {
    StringBuilder text = new StringBuilder(given.length());
    for (int i = 0; i < given.length(); i++) {
      char c = given.charAt(i);
      boolean noWidth = c == '\ufeff' || (c >= '\u200b' && c <= '\u200d') || c == '\u2060';
      if (!noWidth && !Character.isWhitespace(c) && !Character.isSpaceChar(c)) {
        text.append(c);
      }
    }
    return text.toString();
  }

  private static NucleotideText ofCharacters(String given) {
    byte[] normal = latin1(given);
    int firstIllegal = -1;
    for (int i = normal.length - 1; i >= 0; i--) {
      normal[i] = NORMAL[normal[i] & 0xff];
      if (normal[i] == 0) {
        firstIllegal = i;
      }
    }
    if (firstIllegal < 0) {
      return new NucleotideText(new String(normal, StandardCharsets.ISO_8859_1), -1);
    }
    char[] text = given.toCharArray();
    for (int i = 0; i < text.length; i++) {
      text[i] = normal[i] == 0 ? text[i] : (char) normal[i];
    }
    return new NucleotideText(new String(text), firstIllegal);
  }

  /** One byte for each character: a question mark, which is no nucleotide, for those above 255. */
  private static byte[] latin1(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length < text.length()) { // Two characters of a surrogate pair make one mark.
      bytes = new byte[text.length()];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (text.charAt(i) > 255 ? '?' : text.charAt(i));
      }
    }
    return bytes;
  }

  /** The DNA of an mRNA. */
  static String dna(String rna) {
    byte[] text = rna.getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < text.length; i++) {
      // Of A C G N U, U alone has this bit, and without its last bit it is T.
      text[i] -= (byte) ((text[i] >> 4) & 1);
    }
    return new String(text, StandardCharsets.ISO_8859_1);
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
