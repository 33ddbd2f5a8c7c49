package io.codonloom.workspace;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.codonloom.sequence.ContentHash;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** SHA-256 over the JSON of settings and inputs, equal where they are equal, or over a file. */
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
      return HexFormat.of().formatHex(ContentHash.sha256().digest(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Of a file's bytes. */
  public static String ofFile(Configuration conf, Path file) throws IOException {
    MessageDigest digest = ContentHash.sha256();
    try (InputStream in = WholeFile.open(conf, file)) {
      in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
