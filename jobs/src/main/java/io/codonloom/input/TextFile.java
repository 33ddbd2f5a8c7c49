package io.codonloom.input;

import io.codonloom.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;

/**
 * A file of text, and how its bytes become lines.
 *
 * @param path of the file
 * @param encoding by its byte order mark, or as told
 * @param mark how many bytes the byte order mark has
 */
record TextFile(String path, String encoding, int mark) implements Serializable {
  private static final int LONGEST_MARK = 4;

  /**
   * Looks at the first bytes.
   *
   * @param encoding of a file without a byte order mark
   * @throws UserException if it cannot be read, or is seen to be no text
   */
  static TextFile of(Configuration conf, String path, String encoding) {
    byte[] first;
    try (InputStream in = decompressed(conf, path, 0)) {
      first = in.readNBytes(LONGEST_MARK);
    } catch (IOException | RuntimeException | UnsatisfiedLinkError e) {
      throw new UserException(
          path + " cannot be read" + (codec(conf, path) == null ? "" : " as its ending says: ") + e,
          e);
    }
    if (startsWith(first, 0x1f, 0x8b)) {
      throw new UserException(path + " is gzipped: its name must end with .gz");
    }
    if (startsWith(first, 'P', 'A', 'R', '1')) {
      throw new UserException(path + " is Parquet: its name must end with .parquet");
    }
    if (startsWith(first, 0xef, 0xbb, 0xbf)) {
      return new TextFile(path, "UTF-8", 3);
    }
    if (startsWith(first, 0xff, 0xfe, 0, 0)) {
      return new TextFile(path, "UTF-32LE", 4);
    }
    if (startsWith(first, 0xff, 0xfe)) {
      return new TextFile(path, "UTF-16LE", 2);
    }
    if (startsWith(first, 0xfe, 0xff)) {
      return new TextFile(path, "UTF-16BE", 2);
    }
    return new TextFile(path, Charset.forName(encoding).name(), 0);
  }

  private static boolean startsWith(byte[] bytes, int... expected) {
    for (int i = 0; i < expected.length; i++) {
      if (i >= bytes.length || (bytes[i] & 0xff) != expected[i]) {
        return false;
      }
    }
    return true;
  }

  /** Whether lines can be found from any byte on. */
  boolean canBeCut(Configuration conf) {
    return codec(conf, path) == null && endsLinesByBytes();
  }

  private boolean endsLinesByBytes() {
    Charset charset = Charset.forName(encoding);
    byte[] ascii = new byte[128];
    for (int i = 0; i < ascii.length; i++) {
      ascii[i] = (byte) i;
    }
    return charset.equals(StandardCharsets.UTF_8)
        || (charset.canEncode()
            && charset.newEncoder().maxBytesPerChar() == 1
            && Arrays.equals(
                new String(ascii, StandardCharsets.US_ASCII).getBytes(charset), ascii));
  }

  /**
   * Lines from a byte on: the first one that begins there or later.
   *
   * @param start 0 unless the file {@linkplain #canBeCut can be cut}
   */
  LineReader open(Configuration conf, long start) throws IOException {
    long from = start == 0 ? mark : start - 1;
    InputStream in = decompressed(conf, path, start == 0 ? 0 : from);
    try {
      if (start == 0) {
        in.skipNBytes(mark);
      }
      if (!endsLinesByBytes()) {
        return new LineReader(
            new TranscodedStream(in, Charset.forName(encoding)), StandardCharsets.UTF_8, from);
      }
      LineReader lines = new LineReader(in, Charset.forName(encoding), from);
      if (start > 0) {
        lines.next(); // What is left of the line before, or its end.
      }
      return lines;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private static InputStream decompressed(Configuration conf, String path, long from)
      throws IOException {
    Path file = new Path(path);
    CompressionCodec codec = codec(conf, path);
    FSDataInputStream raw = file.getFileSystem(conf).open(file);
    try {
      raw.seek(from);
      return codec == null ? raw : codec.createInputStream(raw);
    } catch (IOException | RuntimeException | UnsatisfiedLinkError e) {
      raw.close();
      throw e;
    }
  }

  private static CompressionCodec codec(Configuration conf, String path) {
    return new CompressionCodecFactory(conf).getCodec(new Path(path));
  }

  /** Says which line cannot be read and what to do, for a file in which there is one. */
  UserException unreadable(Configuration conf) {
    try (LineReader lines = open(conf, 0)) {
      while (lines.next()) {
        if (lines.state().isUnreadable()) {
          return unreadable(lines);
        }
      }
    } catch (IOException e) {
      return damaged(path, e);
    }
    return new UserException(
        path
            + " has a record of more than "
            + (LineReader.MAX_LENGTH >> 20)
            + " MiB: no coding sequence is that long");
  }

  /** The same for the line that was read last. */
  UserException unreadable(LineReader lines) {
    if (lines.state() == LineState.TOO_LONG) {
      return new UserException(
          path
              + ": line "
              + lines.number()
              + " is longer than "
              + (LineReader.MAX_LENGTH >> 20)
              + " MiB: give CSV, TSV or FASTA with line ends, or Parquet by its ending");
    }
    return new UserException(
        path
            + " is no text in "
            + encoding
            + ": line "
            + lines.number()
            + (lines.text().indexOf('\0') < 0 ? " has other bytes" : " has a byte of value 0")
            + "; set dataset.encoding (for instance windows-1252 or utf-16le),"
            + " or the format to parquet if it is that");
  }

  static UserException damaged(String path, IOException e) {
    String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new UserException(path + " is damaged or cut off: " + reason, e);
  }
}
