package io.codonloom.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FiniteNumbersTest {
  /** Below, at and above the length of a block. */
  private static final int[] LENGTHS = {1, 2, 3, 7, 16383, 16384, 16385, 40001};

  @Test
  void findsOneNumberThatIsNotFiniteAnywhere() {
    SplittableRandom random = new SplittableRandom(1);
    for (int round = 0; round < 200; round++) {
      int length = LENGTHS[round % LENGTHS.length];
      int place = random.nextInt(length);
      float bad =
          List.of(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY).get(round % 3);
      for (TensorType type : List.of(TensorType.F32, TensorType.F16, TensorType.BF16)) {
        ByteBuffer numbers = finite(type, length, random);
        assertThat(FiniteNumbers.all(type, numbers)).isTrue();
        put(type, numbers, place, bad);
        assertThat(FiniteNumbers.all(type, numbers)).as("%s at %d", type, place).isFalse();
      }
    }
  }

  @Test
  void everyHalfIsJudgedByItsExponent() {
    for (TensorType type : List.of(TensorType.F16, TensorType.BF16)) {
      for (int bits = 0; bits < 1 << 16; bits++) {
        ByteBuffer one = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
        one.putShort(0, (short) bits);
        float value =
            type == TensorType.F16
                ? Half.toFloat((short) bits)
                : Half.bfloat16ToFloat((short) bits);
        assertThat(FiniteNumbers.all(type, one)).isEqualTo(Float.isFinite(value));
      }
    }
  }

  @Test
  void wholeNumbersAreAlwaysFinite() {
    ByteBuffer ones = ByteBuffer.allocate(8).putLong(0, -1);
    assertThat(FiniteNumbers.all(TensorType.I64, ones)).isTrue();
  }

  /** Of all magnitudes that the type has. */
  private static ByteBuffer finite(TensorType type, int length, SplittableRandom random) {
    ByteBuffer numbers = ByteBuffer.allocate(length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < length; i++) {
      float largest = type == TensorType.F16 ? 65504 : 0x1.fep127f;
      float value =
          random.nextInt(8) == 0
              ? List.of(-largest, largest, 0f, -0f, Float.MIN_VALUE).get(random.nextInt(5))
              : (float) Math.scalb(random.nextDouble() - 0.5, random.nextInt(-20, 15));
      put(type, numbers, i, value);
    }
    return numbers;
  }

  private static void put(TensorType type, ByteBuffer numbers, int place, float value) {
    switch (type) {
      case F32 -> numbers.putFloat(4 * place, value);
      case F16 -> numbers.putShort(2 * place, Half.fromFloat(value));
      default -> numbers.putShort(2 * place, (short) (Float.floatToRawIntBits(value) >>> 16));
    }
  }
}
