package io.codonloom.input;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/**
 * Cuts bytes into lines at LF, CRLF and CR, mixed or not, and nowhere else; the last line needs no
 * end. Bytes that are no text are told, never replaced in silence.
 */
final class LineReader implements Closeable {
  /** The most bytes that a line may have. More are read past, so that memory is bounded. */
  static final int MAX_LENGTH = 1 << 24;

  private static final int BUFFER = 1 << 16;
  private static final byte LF = '\n';
  private static final byte CR = '\r';

  private final InputStream in;
  private final CharsetDecoder decoder;
  private byte[] buffer = new byte[BUFFER];
  private int next;
  private int end;
  private long offset;
  private boolean afterCr;

  private long start;
  private long number;
  private int from;
  private int to;
  private boolean ascii;
  private boolean nul;
  private boolean tooLong;
  private String text;
  private LineState state;

  /**
   * @param charset in which the bytes of LF and CR always mean these
   * @param offset of the stream's first byte, as {@link #start} counts
   */
  LineReader(InputStream in, Charset charset, long offset) {
    this.in = in;
    this.decoder = charset.newDecoder();
    this.offset = offset;
  }

  /** Moves on to the next line; false if there is none. */
  boolean next() throws IOException {
    if (afterCr && available() && buffer[next] == LF) {
      next++;
    }
    afterCr = false;
    if (!available()) {
      return false;
    }
    start = offset + next;
    number++;
    findEnd();
    decode();
    return true;
  }

  private boolean available() throws IOException {
    return next < end || fill();
  }

  private void findEnd() throws IOException {
    ascii = true;
    nul = false;
    tooLong = false;
    int at = next;
    while (true) {
      for (; at < end; at++) {
        byte b = buffer[at];
        if (b < ' ') { // Those beyond ASCII are negative.
          if (b == LF || b == CR) {
            finish(at);
            afterCr = b == CR;
            next = at + 1;
            return;
          }
          ascii &= b >= 0;
          nul |= b == 0;
        }
      }
      if (end - next > MAX_LENGTH) {
        tooLong = true;
        next = end;
      }
      int kept = end - next;
      if (!fill()) {
        finish(end);
        next = end;
        return;
      }
      at = next + kept;
    }
  }

  private void finish(int at) {
    from = next;
    to = at;
    tooLong |= to - from > MAX_LENGTH;
  }

  /** Reads more behind what is there; false at the end of the stream. */
  private boolean fill() throws IOException {
    int kept = end - next;
    if (kept == buffer.length) {
      buffer = java.util.Arrays.copyOf(buffer, 2 * kept);
    } else {
      System.arraycopy(buffer, next, buffer, 0, kept);
    }
    offset += next;
    next = 0;
    end = kept;
    int read = in.read(buffer, end, buffer.length - end);
    end += Math.max(read, 0);
    return read > 0;
  }

  private void decode() {
    state = LineState.PLAIN;
    if (tooLong) {
      state = LineState.TOO_LONG;
      text = "";
    } else if (nul) {
      notText();
    } else if (ascii) {
      text = new String(buffer, from, to - from, StandardCharsets.ISO_8859_1);
    } else {
      try {
        text = decoder.decode(ByteBuffer.wrap(buffer, from, to - from)).toString();
      } catch (CharacterCodingException e) {
        notText();
      }
    }
  }

  private void notText() {
    state = LineState.NOT_TEXT;
    text = new String(buffer, from, to - from, decoder.charset());
  }

  /** The line without its end. */
  String text() {
    return text;
  }

  /** {@link LineState#PLAIN}, or why the text cannot be trusted. */
  LineState state() {
    return state;
  }

  /** Where the line begins: its first byte. */
  long start() {
    return start;
  }

  /** How many lines were read, this one included. */
  long number() {
    return number;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
