package io.codonloom.input;

import io.codonloom.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;

/** The beginning of a text file: tells text from anything else before Spark reads it. */
final class TextHead {
  private static final int LIMIT = 1 << 16;

  private TextHead() {}

  /**
   * The first line that is not blank, without a byte order mark.
   *
   * @throws UserException if the file is empty, cannot be read or is no text in UTF-8
   */
  static String firstLine(Configuration conf, String file) {
    String head = decode(file, read(conf, file));
    if (head.startsWith("\ufeff")) {
      head = head.substring(1);
    }
    return head.lines()
        .filter(line -> !line.isBlank())
        .findFirst()
        .orElseThrow(() -> new UserException(file + " is empty"));
  }

  private static byte[] read(Configuration conf, String file) {
    Path path = new Path(file);
    CompressionCodec codec = new CompressionCodecFactory(conf).getCodec(path);
    try (InputStream raw = path.getFileSystem(conf).open(path);
        InputStream in = codec == null ? raw : codec.createInputStream(raw)) {
      return in.readNBytes(LIMIT);
    } catch (IOException | RuntimeException | UnsatisfiedLinkError e) {
      throw new UserException(
          file + " cannot be read" + (codec == null ? "" : " as its ending says") + ": " + e, e);
    }
  }

  private static String decode(String file, byte[] bytes) {
    if (bytes.length > 1 && (bytes[0] & 0xff) == 0x1f && (bytes[1] & 0xff) == 0x8b) {
      throw new UserException(file + " is gzipped: its name must end with .gz");
    }
    for (byte b : bytes) {
      if (b == 0) {
        throw notText(file);
      }
    }
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CharBuffer text = CharBuffer.allocate(bytes.length);
    // The last character may be cut, which is no error as long as more input could follow.
    CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), text, bytes.length < LIMIT);
    if (result.isError()) {
      throw notText(file);
    }
    return text.flip().toString();
  }

  private static UserException notText(String file) {
    return new UserException(
        file + " is no text in UTF-8: give CSV, TSV or FASTA, or set the format to parquet");
  }
}
