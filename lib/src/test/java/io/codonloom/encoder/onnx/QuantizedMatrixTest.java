package io.codonloom.encoder.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.tensor.Tensor;
import org.junit.jupiter.api.Test;

class QuantizedMatrixTest {
  @Test
  void quantizedMatricesAreNearestAndTransposed() {
    Tensor matrix = Tensor.of(new float[] {1, -2, 0.5f, 0, 0, 0, 3e-3f, 1e-3f, -1e-3f}, 3, 3);
    QuantizedMatrix quantized = QuantizedMatrix.of(matrix);
    assertThat(quantized.scales()).containsExactly(2 / 64f, 1, 3e-3f / 64);
    byte[] integers = new byte[9];
    quantized.integers().get(integers);
    assertThat(integers).containsExactly(32, 0, 64, -64, 0, 21, 16, 0, -21);
  }
}
