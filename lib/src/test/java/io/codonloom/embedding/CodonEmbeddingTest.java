package io.codonloom.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CodonEmbeddingTest {
  @Test
  void halfPrecisionNumbersComeBackExactlyAndOthersAsTheNearest() {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[7 * 11];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextDouble() * 20 - 10);
    }
    CodonEmbedding once = CodonEmbedding.of("k", 0, 7, 11, Dtype.FP16, values);
    float[] rounded = once.toFloats();
    for (int i = 0; i < values.length; i++) {
      assertThat(Math.abs(rounded[i] - values[i])).isLessThanOrEqualTo(Math.abs(values[i]) / 2048);
    }
    CodonEmbedding twice = CodonEmbedding.of("k", 0, 7, 11, Dtype.FP16, rounded);
    assertThat(twice.bytes()).isEqualTo(once.bytes());
    assertThat(twice.checksum()).isEqualTo(once.checksum());
  }

  @Test
  void singlePrecisionNumbersComeBackExactly() {
    float[] values = {1.1f, -0f, Float.MIN_VALUE, Float.MAX_VALUE};
    CodonEmbedding embedding = CodonEmbedding.of("k", 3, 5, 2, Dtype.FP32, values);
    assertThat(embedding.toFloats()).containsExactly(values);
    float[] target = new float[6];
    embedding.copyTo(target, 1);
    assertThat(target).containsExactly(0, 1.1f, -0f, Float.MIN_VALUE, Float.MAX_VALUE, 0);
  }

  @Test
  void numbersAreLittleEndian() {
    CodonEmbedding embedding = CodonEmbedding.of("k", 0, 1, 2, Dtype.FP16, new float[] {1, -2});
    assertThat(embedding.bytes()).containsExactly(0x00, 0x3c, 0x00, 0xc0);
  }

  @Test
  void aChangedByteShows() {
    CodonEmbedding embedding = CodonEmbedding.of("k", 0, 1, 2, Dtype.FP16, new float[] {1, -2});
    assertThat(embedding.isIntact()).isTrue();
    embedding.bytes()[3] ^= 1;
    assertThat(embedding.isIntact()).isFalse();
  }

  @Test
  void numbersThatCannotBeStoredAreRefused() {
    assertThatThrownBy(() -> CodonEmbedding.of("k", 0, 1, 1, Dtype.FP16, new float[] {70_000}))
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("70000.0 cannot be stored as fp16; store it as fp32");
    assertThatThrownBy(() -> CodonEmbedding.of("k", 0, 1, 1, Dtype.FP32, new float[] {Float.NaN}))
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("NaN cannot be stored as fp32");
  }

  @Test
  void theShapeMustFitTheBytes() {
    assertThatThrownBy(() -> CodonEmbedding.of("k", 0, 2, 2, Dtype.FP32, new float[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("codons 0 to 2 × 2 of fp32 need 16 bytes, not 12");
  }
}
