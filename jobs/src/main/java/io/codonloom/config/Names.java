package io.codonloom.config;

import java.util.regex.Pattern;

/** Names that become parts of paths. */
final class Names {
  private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private Names() {}

  static void check(String key, String name) {
    if (!SAFE.matcher(name).matches()) {
      throw new IllegalArgumentException(
          key
              + " must be 1 to 100 letters, digits, '.', '_' or '-', and start with a letter or digit; was '"
              + name
              + "'");
    }
  }
}
