package io.codonloom.input;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Text of any encoding as UTF-8, for encodings in which the bytes of a line end can mean something
 * else. What is no text there becomes a byte that is none here either.
 */
final class TranscodedStream extends InputStream {
  private static final int CHARACTERS = 1 << 14;
  private static final char UNREADABLE = '\ufffd';

  private final Reader reader;
  private final char[] characters = new char[CHARACTERS];
  private byte[] bytes = new byte[0];
  private int next;

  TranscodedStream(InputStream in, Charset charset) {
    reader =
        new InputStreamReader(
            in,
            charset
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (next == bytes.length && !fill()) {
      return -1;
    }
    int count = Math.min(length, bytes.length - next);
    System.arraycopy(bytes, next, target, offset, count);
    next += count;
    return count;
  }

  private boolean fill() throws IOException {
    int read = reader.read(characters, 0, CHARACTERS);
    if (read <= 0) {
      return false;
    }
    bytes = utf8(new String(characters, 0, read));
    next = 0;
    return true;
  }

  private static byte[] utf8(String text) {
    if (text.indexOf(UNREADABLE) < 0) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    ByteArrayOutputStream marked = new ByteArrayOutputStream();
    int from = 0;
    for (int mark = text.indexOf(UNREADABLE); mark >= 0; mark = text.indexOf(UNREADABLE, from)) {
      marked.writeBytes(text.substring(from, mark).getBytes(StandardCharsets.UTF_8));
      marked.write(0xff);
      from = mark + 1;
    }
    marked.writeBytes(text.substring(from).getBytes(StandardCharsets.UTF_8));
    return marked.toByteArray();
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
