package io.codonloom.input;

/** Paths for Spark's readers, which take some characters of a file's name for a glob. */
public final class LiteralPath {
  private LiteralPath() {}

  /** The path with {@code \\ { } [ ] * ?} escaped: to Spark it means this very file or folder. */
  public static String escaped(String path) {
    return path.replaceAll("[\\\\{}\\[\\]*?]", "\\\\$0");
  }
}
