package io.codonloom.encoder.onnx;

import io.codonloom.device.Device;
import io.codonloom.encoder.Architecture;
import io.codonloom.encoder.Precision;

/**
 * What the intermediate results of one call take, within a factor of two.
 *
 * <p>For T = texts · tokens rows of width D, an inner width F and H heads, the larger of
 *
 * <ul>
 *   <li>attention: residual, query, key and value as computed and by head, and their mean: 8 · T ·
 *       D numbers; where the kernel holds all scores, another H · texts · tokens², and for padded
 *       texts the bias of texts · tokens²
 *   <li>the feed-forward block: residual, its norm and the result, 3 · T · D, and before and after
 *       the activation 2 · T · F; where it is gated, 6 · T · F
 * </ul>
 *
 * and the vectors, once as computed and once in single precision.
 */
final class CallMemory {
  /** CUDA's kernels for single precision hold the scores of texts shorter than this. */
  private static final int SHORT_ON_GPU = 256;

  private final Architecture model;
  private final int width;
  private final boolean half;
  private final boolean gpu;

  /**
   * @param width of the output's vectors
   */
  CallMemory(Architecture model, int width, Precision precision, Device device) {
    this.model = model;
    this.width = width;
    this.gpu = device.isGpu();
    // Kernels that a processor lacks for half precision run in single precision.
    this.half = gpu && precision == Precision.FP16;
  }

  /**
   * The bytes of one call.
   *
   * @param tokens of the longest text, which the others are padded to
   */
  long bytes(int texts, int tokens, boolean padded) {
    long rows = (long) texts * tokens;
    long squares = rows * tokens;
    long attention = 8 * rows * model.dim();
    if (padded) {
      attention += squares;
    }
    if (holdsScores(tokens, padded)) {
      attention += squares * model.heads();
    }
    long inner = (model.gated() ? 6L : 2L) * model.intermediate();
    long feedForward = rows * (3L * model.dim() + inner);
    long number = half ? Short.BYTES : Float.BYTES;
    long vectors = rows * width;
    return number * (Math.max(attention, feedForward) + vectors) + Float.BYTES * vectors;
  }

  /** The processor's kernel does for biased attention, CUDA's for odd heads and short texts. */
  private boolean holdsScores(int tokens, boolean padded) {
    if (!gpu) {
      return padded;
    }
    return model.headDim() % 8 != 0 || (!half && tokens < SHORT_ON_GPU);
  }
}
