package io.codonloom.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over the JSON of settings and inputs: equal where they are equal, key by key. */
public final class Fingerprint {
  private static final ObjectMapper CANONICAL = Manifest.JSON.copy();

  private Fingerprint() {}

  /**
   * Of any values that Jackson can write; the order of the values counts, that of map keys does
   * not.
   */
  public static String of(Object... values) {
    try {
      byte[] json = CANONICAL.writeValueAsString(values).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(json));
    } catch (JsonProcessingException | NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
