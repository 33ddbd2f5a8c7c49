package io.codonloom.encoder.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.codonloom.device.OnnxRuntime;
import io.codonloom.encoder.Weights;
import io.codonloom.tensor.Half;
import io.codonloom.tensor.Tensor;
import io.codonloom.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A checkpoint's weights as the graphs of an encoder want them, shared by its sessions. What the
 * file holds in the wanted type stays memory-mapped; the rest is converted once.
 */
final class WeightTensors implements AutoCloseable {
  private final OrtEnvironment environment = OnnxRuntime.environment();
  private final Weights weights;
  private final Map<String, OnnxTensor> tensors = new HashMap<>();

  WeightTensors(Weights weights) {
    this.weights = weights;
  }

  /** The tensors of these names and types. They live until this is closed. */
  Map<String, OnnxTensorLike> of(Map<String, OnnxType> wanted) throws OrtException {
    Map<String, OnnxTensorLike> found = new HashMap<>();
    for (Map.Entry<String, OnnxType> one : wanted.entrySet()) {
      if (!tensors.containsKey(one.getKey())) {
        load(one.getKey(), one.getValue());
      }
      found.put(one.getKey(), tensors.get(one.getKey()));
    }
    return found;
  }

  private void load(String name, OnnxType type) throws OrtException {
    String matrix = QuantizedMatrix.matrix(name);
    Tensor tensor = weights.tensor(matrix);
    if (!matrix.equals(name)) {
      loadQuantized(matrix, tensor);
    } else {
      long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
      tensors.put(
          name,
          type == OnnxType.FLOAT16
              ? OnnxTensor.createTensor(environment, halves(tensor), shape, OnnxJavaType.FLOAT16)
              : OnnxTensor.createTensor(environment, floats(tensor), shape));
    }
  }

  private void loadQuantized(String matrix, Tensor tensor) throws OrtException {
    QuantizedMatrix quantized = QuantizedMatrix.of(tensor);
    long outputs = quantized.scales().length;
    List<Long> shape = tensor.shape();
    tensors.put(
        QuantizedMatrix.integers(matrix),
        OnnxTensor.createTensor(
            environment,
            quantized.integers(),
            new long[] {shape.get(1), outputs},
            OnnxJavaType.INT8));
    tensors.put(
        QuantizedMatrix.scales(matrix),
        OnnxTensor.createTensor(
            environment, FloatBuffer.wrap(quantized.scales()), new long[] {outputs}));
  }

  private static FloatBuffer floats(Tensor tensor) {
    if (tensor.type() == TensorType.F32 && isNative(tensor.bytes(), Float.BYTES)) {
      return tensor.bytes().asFloatBuffer();
    }
    FloatBuffer floats = direct(tensor, Float.BYTES).asFloatBuffer();
    tensor.toFloats(floats);
    return floats.flip();
  }

  private static ShortBuffer halves(Tensor tensor) {
    if (tensor.type() == TensorType.F16 && isNative(tensor.bytes(), Short.BYTES)) {
      return tensor.bytes().asShortBuffer();
    }
    ShortBuffer halves = direct(tensor, Short.BYTES).asShortBuffer();
    for (float value : tensor.toFloats()) {
      halves.put(Half.fromFloat(value));
    }
    return halves.flip();
  }

  /** Whether ONNX Runtime can read the bytes where they lie. */
  private static boolean isNative(ByteBuffer bytes, int size) {
    return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
        && bytes.alignmentOffset(0, size) == 0;
  }

  private static ByteBuffer direct(Tensor tensor, int size) {
    long elements = (long) tensor.bytes().remaining() / tensor.type().bytes();
    return ByteBuffer.allocateDirect(Math.toIntExact(elements * size))
        .order(ByteOrder.nativeOrder());
  }

  @Override
  public void close() {
    tensors.values().forEach(OnnxTensor::close);
    tensors.clear();
  }
}
