package io.codonloom.config;

import java.nio.charset.Charset;
import java.util.Optional;

/**
 * How the text files of a dataset are written.
 *
 * @param encoding of files without a byte order mark, by a name that Java knows
 * @param separator {@code auto}, {@code tab} or one character; auto is the format's, or the only
 *     other one by which the header has all columns that are wanted
 * @param comment what lines begin with that are no rows
 * @param cdsInHeader whether FASTA headers say where the coding part of their sequence is
 * @param stripIdVersion whether ids of FASTA and of its label file are read without the version
 *     behind their last point
 */
public record TextLayout(
    String encoding,
    String separator,
    Optional<String> comment,
    boolean cdsInHeader,
    boolean stripIdVersion) {
  /** What the built-in defaults say. */
  public static final TextLayout DEFAULT =
      new TextLayout("utf-8", "auto", Optional.empty(), false, false);

  public TextLayout {
    if (!isKnown(encoding)) {
      throw new IllegalArgumentException(
          "encoding '"
              + encoding
              + "' is none that Java knows, such as utf-8, windows-1252, utf-16");
    }
    boolean named = separator.equals("auto") || separator.equals("tab");
    if (!named && (separator.length() != 1 || "\"\r\n".contains(separator))) {
      throw new IllegalArgumentException(
          "separator is auto, tab or one character that is no quote or line end, was '"
              + separator
              + "'");
    }
    if (comment.isPresent() && (comment.get().isBlank() || comment.get().startsWith("\""))) {
      throw new IllegalArgumentException(
          "comment is what lines begin with that are no rows, such as #; null for none");
    }
  }

  private static boolean isKnown(String encoding) {
    try {
      return Charset.isSupported(encoding);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The separator, if it is told. */
  public Optional<Character> separatorCharacter() {
    return switch (separator) {
      case "auto" -> Optional.empty();
      case "tab" -> Optional.of('\t');
      default -> Optional.of(separator.charAt(0));
    };
  }
}
