package io.codonloom.input;

/** What the quotes of one line of text say about the lines around it. */
public enum Quotes {
  /** Each one is closed on its line. */
  NONE(0),
  /** One stands where none should, as at the end of a field that an earlier line opened. */
  STRAY(1),
  /** The last one is not closed on its line. */
  OPEN(2);

  private final int code;

  Quotes(int code) {
    this.code = code;
  }

  /** The number in tables; greater means that there is more to say. */
  public int code() {
    return code;
  }

  /** The one with that number. */
  public static Quotes of(int code) {
    return switch (code) {
      case 0 -> NONE;
      case 1 -> STRAY;
      default -> OPEN;
    };
  }

  Quotes and(Quotes other) {
    return other.code > code ? other : this;
  }
}
