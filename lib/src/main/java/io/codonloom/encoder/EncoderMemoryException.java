package io.codonloom.encoder;

import java.util.Locale;
import java.util.regex.Pattern;

/** A call needs more memory than its device has, or than it was allowed. A smaller one may fit. */
public final class EncoderMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The engines have no error code for it; the texts are those of their allocators and of CUDA. */
  private static final Pattern OUT_OF_MEMORY =
      Pattern.compile(
          "failed to allocate memory|can't allocate memory|bad_alloc|bad allocation|out of memory"
              + "|available memory of .* is smaller than requested"
              + "|cublas_status_alloc_failed|cudnn_status_alloc_failed"
              + "|physical memory usage is too high");

  EncoderMemoryException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * What an engine's failure means: this exception where it ran out of memory, else one of its
   * fault.
   *
   * @param message what was to be done
   */
  public static RuntimeException orElse(Throwable e, String message) {
    // Engines break lines inside their messages.
    String cause = String.valueOf(e.getMessage()).replaceAll("\\s+", " ").strip();
    String text = message + ": " + cause;
    return OUT_OF_MEMORY.matcher(cause.toLowerCase(Locale.ROOT)).find()
        ? new EncoderMemoryException(text, e)
        : new IllegalStateException(text, e);
  }
}
