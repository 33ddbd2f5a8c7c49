package io.codonloom.encoder;

/** A call needs more memory than its device has, or than it was allowed. A smaller one may fit. */
public final class EncoderMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EncoderMemoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
