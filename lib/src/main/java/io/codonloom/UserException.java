package io.codonloom;

/**
 * What the user gave (a file, a table, a checkpoint) cannot be used. The message is shown alone,
 * without a stack trace: one or two lines that say what is wrong, where, and what to do.
 */
public class UserException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UserException(String message) {
    super(message);
  }

  public UserException(String message, Throwable cause) {
    super(message, cause);
  }
}
