package io.codonloom.encoder;

import ai.onnxruntime.OrtException;
import java.util.Locale;
import java.util.regex.Pattern;

/** A call needs more memory than its device has, or than it was allowed. A smaller one may fit. */
public final class EncoderMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** ONNX Runtime has no error code for it; the texts are those of its allocators, C++ and CUDA. */
  private static final Pattern OUT_OF_MEMORY =
      Pattern.compile(
          "failed to allocate memory|bad_alloc|bad allocation|out of memory"
              + "|available memory of .* is smaller than requested"
              + "|cublas_status_alloc_failed|cudnn_status_alloc_failed");

  EncoderMemoryException(String message, Throwable cause) {
    super(message, cause);
  }

  /** This exception where ONNX Runtime ran out of memory, else one of its fault. */
  static RuntimeException orElse(OrtException e, String message) {
    // ONNX Runtime breaks lines inside its messages.
    String cause = String.valueOf(e.getMessage()).replaceAll("\\s+", " ").strip();
    String text = message + ": " + cause;
    return OUT_OF_MEMORY.matcher(cause.toLowerCase(Locale.ROOT)).find()
        ? new EncoderMemoryException(text, e)
        : new IllegalStateException(text, e);
  }
}
