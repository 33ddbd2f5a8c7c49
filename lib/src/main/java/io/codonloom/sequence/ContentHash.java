package io.codonloom.sequence;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Hashes of contents: the same everywhere and for ever. */
public final class ContentHash {
  private static final HexFormat HEX = HexFormat.of();

  private ContentHash() {}

  /**
   * The first 128 bits of SHA-256 over a header line and a text, in UTF-8.
   *
   * @param header says what the text is, so that equal texts of two kinds differ
   * @return 32 lower-case hexadecimal digits
   */
  public static String of(String header, String text) {
    return HEX.formatHex(sha256(header, text), 0, 16);
  }

  /** A number from 0 (inclusive) to 1 (exclusive) that is evenly spread over texts. */
  public static double fraction(String header, String text) {
    byte[] hash = sha256(header, text);
    long bits = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      bits = bits << 8 | (hash[i] & 0xff);
    }
    return (bits >>> 11) * 0x1p-53;
  }

  /** A new digest. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java platform has SHA-256.
    }
  }

  private static byte[] sha256(String header, String text) {
    MessageDigest digest = sha256();
    digest.update((header + "\n").getBytes(StandardCharsets.UTF_8));
    return digest.digest(text.getBytes(StandardCharsets.UTF_8));
  }
}
