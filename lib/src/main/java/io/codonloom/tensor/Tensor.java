package io.codonloom.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A tensor of a safetensors file.
 *
 * @param type its element type
 * @param shape its dimensions, outermost first; empty for a scalar
 * @param bytes its elements, row-major and little-endian
 */
public record Tensor(TensorType type, List<Long> shape, ByteBuffer bytes) {
  public Tensor {
    shape = List.copyOf(shape);
    bytes = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    long elements = 1;
    for (long size : shape) {
      elements = Math.multiplyExact(elements, size);
    }
    if (elements * type.bytes() != bytes.remaining()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s%s needs %d bytes, not %d",
              type,
              shape,
              elements * type.bytes(),
              bytes.remaining()));
    }
  }

  /** A tensor of 32-bit floats. */
  public static Tensor of(float[] values, long... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new Tensor(TensorType.F32, Arrays.stream(shape).boxed().toList(), bytes);
  }

  /** The elements, as they lie there. */
  @Override
  public ByteBuffer bytes() {
    return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The elements as floats.
   *
   * @throws IllegalStateException unless the type is F32, F16 or BF16
   */
  public float[] toFloats() {
    float[] values = new float[bytes.remaining() / type.bytes()];
    toFloats(FloatBuffer.wrap(values));
    return values;
  }

  /** Writes the elements into {@code target}, which must have room for them. */
  public void toFloats(FloatBuffer target) {
    switch (type) {
      case F32 -> target.put(bytes().asFloatBuffer());
      case F16 -> {
        ShortBuffer halves = bytes().asShortBuffer();
        while (halves.hasRemaining()) {
          target.put(Half.toFloat(halves.get()));
        }
      }
      case BF16 -> {
        ShortBuffer halves = bytes().asShortBuffer();
        while (halves.hasRemaining()) {
          target.put(Half.bfloat16ToFloat(halves.get()));
        }
      }
      default -> throw new IllegalStateException("a tensor of " + type + " is not read as floats");
    }
  }
}
