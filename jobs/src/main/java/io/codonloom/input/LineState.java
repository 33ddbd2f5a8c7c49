package io.codonloom.input;

/**
 * What a line of text, or a record of several, says about the reading of its file: more than one
 * line alone can tell.
 */
public enum LineState {
  /** Nothing: each quote is closed on its line. */
  PLAIN(0),
  /** A quote stands where none should, as at the end of a field that an earlier line opened. */
  STRAY_QUOTE(1),
  /** The last quote is not closed on its line. */
  OPEN_QUOTE(2),
  /** It is longer than {@link LineReader#MAX_LENGTH}. */
  TOO_LONG(3),
  /** Its bytes are no text in the file's encoding. */
  NOT_TEXT(4);

  private final int code;

  LineState(int code) {
    this.code = code;
  }

  /** The number in tables; greater means that there is more to say. */
  public int code() {
    return code;
  }

  /** The one with that number. */
  public static LineState of(int code) {
    for (LineState state : values()) {
      if (state.code == code) {
        return state;
      }
    }
    throw new IllegalArgumentException("no state of a line has the number " + code);
  }

  /** Whether nothing of the file can be trusted. */
  public boolean isUnreadable() {
    return code >= TOO_LONG.code;
  }

  LineState and(LineState other) {
    return other.code > code ? other : this;
  }
}
