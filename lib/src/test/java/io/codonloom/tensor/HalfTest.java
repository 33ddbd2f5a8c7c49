package io.codonloom.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HalfTest {
  @Test
  void everyHalfComesBackExactly() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      short half = (short) bits;
      float value = Half.toFloat(half);
      if (Float.isNaN(value)) {
        assertThat(bits & 0x7c00).isEqualTo(0x7c00);
        assertThat(Half.toFloat(Half.fromFloat(value))).isNaN();
      } else {
        assertThat(Half.fromFloat(value)).isEqualTo(half);
      }
    }
  }

  @Test
  void aNumberBetweenTwoHalvesBecomesTheNearerOneAndTheEvenOneInTheMiddle() {
    for (int bits = 0; bits < 0x7bff; bits++) {
      float low = Half.toFloat((short) bits);
      float high = Half.toFloat((short) (bits + 1));
      float middle = (low + high) / 2;
      int even = (bits & 1) == 0 ? bits : bits + 1;
      assertThat(Half.fromFloat(middle)).isEqualTo((short) even);
      assertThat(Half.fromFloat(Math.nextDown(middle))).isEqualTo((short) bits);
      assertThat(Half.fromFloat(Math.nextUp(middle))).isEqualTo((short) (bits + 1));
      assertThat(Half.fromFloat(-middle)).isEqualTo((short) (even | 0x8000));
    }
  }

  @Test
  void numbersBeyondTheLargestHalfAreInfinite() {
    assertThat(Half.isFinite(Half.fromFloat(65519.99f))).isTrue();
    assertThat(Half.toFloat(Half.fromFloat(65520f))).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(Half.toFloat(Half.fromFloat(-1e30f))).isEqualTo(Float.NEGATIVE_INFINITY);
  }

  @Test
  void bfloat16IsTheUpperHalfOfAFloat() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 1000; i++) {
      short bits = (short) random.nextInt();
      assertThat(Float.floatToRawIntBits(Half.bfloat16ToFloat(bits)) >>> 16)
          .isEqualTo(bits & 0xffff);
    }
  }
}
