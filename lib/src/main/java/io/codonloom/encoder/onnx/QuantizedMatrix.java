package io.codonloom.encoder.onnx;

import io.codonloom.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A linear layer's matrix in 8-bit integers, symmetric with one scale for each output: weight [out,
 * in] ≈ integer [in, out] · scale [out].
 *
 * @param integers [in, out], row-major, in a direct buffer
 * @param scales [out]
 */
@SuppressWarnings("ArrayRecordComponent") // handed to a session, never compared
record QuantizedMatrix(ByteBuffer integers, float[] scales) {
  /**
   * Seven bits. Processors without VNNI add two products of an unsigned and a signed byte in 16
   * bits that saturate; 2 · 255 · 64 still fits, so that every processor computes the same.
   */
  private static final int LARGEST = 64;

  private static final String INTEGERS = ".integers";
  private static final String SCALES = ".scales";

  /** The name of a matrix's integers in a graph. */
  static String integers(String matrix) {
    return matrix + INTEGERS;
  }

  /** The name of a matrix's scales in a graph. */
  static String scales(String matrix) {
    return matrix + SCALES;
  }

  /** The matrix whose integers or scales have that name; the name itself if it is none. */
  static String matrix(String name) {
    if (name.endsWith(INTEGERS)) {
      return name.substring(0, name.length() - INTEGERS.length());
    }
    return name.endsWith(SCALES) ? name.substring(0, name.length() - SCALES.length()) : name;
  }

  /**
   * The nearest quantized matrix.
   *
   * @param tensor [out, in], of floats
   */
  static QuantizedMatrix of(Tensor tensor) {
    List<Long> shape = tensor.shape();
    int outputs = Math.toIntExact(shape.get(0));
    int inputs = Math.toIntExact(shape.get(1));
    float[] weights = tensor.toFloats();
    ByteBuffer integers = ByteBuffer.allocateDirect(weights.length);
    float[] scales = new float[outputs];
    for (int out = 0; out < outputs; out++) {
      float largest = 0;
      for (int in = 0; in < inputs; in++) {
        largest = Math.max(largest, Math.abs(weights[out * inputs + in]));
      }
      // A row of zeros stays one at any scale.
      scales[out] = largest == 0 ? 1 : largest / LARGEST;
      for (int in = 0; in < inputs; in++) {
        int integer = Math.round(weights[out * inputs + in] / scales[out]);
        integers.put(in * outputs + out, (byte) integer);
      }
    }
    return new QuantizedMatrix(integers, scales);
  }
}
