package io.codonloom.embedding;

import io.codonloom.tensor.Half;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * One vector for each codon that an encoder read of its input.
 *
 * @param key of the input
 * @param startCodon the first codon that has a vector
 * @param endCodon the codon after the last
 * @param dim how many numbers a vector has
 * @param dtype how they are written
 * @param bytes the numbers, [codons × dim] row-major, little-endian
 * @param checksum CRC-32C of {@code bytes}
 */
@SuppressWarnings("ArrayRecordComponent") // a row of a table; never compared
public record CodonEmbedding(
    String key, int startCodon, int endCodon, int dim, Dtype dtype, byte[] bytes, long checksum) {

  public CodonEmbedding {
    long expected = (long) (endCodon - startCodon) * dim * dtype.bytes();
    if (startCodon < 0 || endCodon < startCodon || dim < 1 || bytes.length != expected) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "codons %d to %d × %d of %s need %d bytes, not %d",
              startCodon,
              endCodon,
              dim,
              dtype.id(),
              expected,
              bytes.length));
    }
  }

  /**
   * Writes vectors as bytes, each number rounded to the nearest.
   *
   * @param values [codons × dim], row-major
   * @throws ArithmeticException if a number is not finite, or too large for the type
   */
  public static CodonEmbedding of(
      String key, int startCodon, int endCodon, int dim, Dtype dtype, float[] values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(values.length * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      if (dtype == Dtype.FP32) {
        requireFinite(value, Float.isFinite(value), dtype);
        buffer.putFloat(value);
      } else {
        short half = Half.fromFloat(value);
        requireFinite(value, Half.isFinite(half), dtype);
        buffer.putShort(half);
      }
    }
    byte[] bytes = buffer.array();
    return new CodonEmbedding(key, startCodon, endCodon, dim, dtype, bytes, checksum(bytes));
  }

  private static void requireFinite(float value, boolean finite, Dtype dtype) {
    if (!finite) {
      throw new ArithmeticException(
          "%s cannot be stored as %s%s"
              .formatted(value, dtype.id(), Float.isFinite(value) ? "; store it as fp32" : ""));
    }
  }

  private static long checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return crc.getValue();
  }

  /** Whether the bytes are those that the checksum was computed over. */
  public boolean isIntact() {
    return checksum(bytes) == checksum;
  }

  /** How many codons have a vector. */
  public int codons() {
    return endCodon - startCodon;
  }

  /** The vectors, [codons × dim] row-major. */
  public float[] toFloats() {
    float[] values = new float[codons() * dim];
    copyTo(values, 0);
    return values;
  }

  /** Writes the vectors, [codons × dim] row-major, into {@code target} from {@code offset} on. */
  public void copyTo(float[] target, int offset) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int count = codons() * dim;
    if (dtype == Dtype.FP32) {
      buffer.asFloatBuffer().get(target, offset, count);
    } else {
      for (int i = 0; i < count; i++) {
        target[offset + i] = Half.toFloat(buffer.getShort(2 * i));
      }
    }
  }
}
