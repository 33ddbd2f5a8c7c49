package io.codonloom.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;

/**
 * Looks for infinities and NaN, whose exponents are all ones. Adding one to the lowest bit of such
 * an exponent sets the sign bit, so that a whole block is checked by one sum and one OR per word,
 * which the compiler vectorizes.
 */
final class FiniteNumbers {
  private static final int BLOCK = 1 << 14;

  private FiniteNumbers() {}

  /**
   * Whether all numbers are finite.
   *
   * @param type of the elements; other types than F32, F16 and BF16 are always finite
   * @param bytes little-endian elements, whole ones
   */
  static boolean all(TensorType type, ByteBuffer bytes) {
    return switch (type) {
      case F32 -> all(bytes, 0x7f800000, 0x00800000, 0x80000000);
      case F16 -> all(bytes, 0x7c007c00, 0x04000400, 0x80008000);
      case BF16 -> all(bytes, 0x7f807f80, 0x00800080, 0x80008000);
      default -> true;
    };
  }

  private static boolean all(ByteBuffer bytes, int exponents, int lowest, int signs) {
    ByteBuffer rest = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    IntBuffer words = rest.asIntBuffer();
    int[] block = new int[Math.min(BLOCK, words.remaining())];
    while (words.hasRemaining()) {
      int length = Math.min(block.length, words.remaining());
      words.get(block, 0, length);
      int sums = 0;
      for (int i = 0; i < length; i++) {
        sums |= (block[i] & exponents) + lowest;
      }
      if ((sums & signs) != 0) {
        return false;
      }
    }
    if (rest.remaining() % Integer.BYTES == Short.BYTES) {
      int last = rest.getShort(rest.limit() - Short.BYTES) & 0xffff;
      return (((last & exponents) + lowest) & signs) == 0;
    }
    return true;
  }
}
