package io.codonloom.encoder.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.codonloom.device.Device;
import io.codonloom.device.OnnxRuntime;
import io.codonloom.encoder.EncoderSettings;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.SplittableRandom;

/** ONNX Runtime's own product of two large matrices, under the options of an encoder's session. */
public final class MatMulPeak implements AutoCloseable {
  private static final int SIZE = 2048;

  private final OrtSession session;
  private final OnnxTensor left;

  public MatMulPeak(EncoderSettings settings) throws OrtException {
    SplittableRandom random = new SplittableRandom(1);
    float[] right = new float[SIZE * SIZE];
    for (int i = 0; i < right.length; i++) {
      right[i] = (float) random.nextDouble();
    }
    OnnxGraph graph = new OnnxGraph();
    String x = graph.input("x", OnnxType.FLOAT, "rows", "inner");
    String weights = graph.floats("w", OnnxType.FLOAT, right, SIZE, SIZE);
    graph.output("y", graph.node("MatMul", x, weights).output(), "rows", "columns");
    OrtEnvironment environment = OnnxRuntime.environment();
    try (SessionOptions options = RuntimeOptions.of(settings, Device.CPU, 0)) {
      session = environment.createSession(graph.toByteArray(), options);
    }
    FloatBuffer values =
        ByteBuffer.allocateDirect(right.length * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    values.put(right).flip();
    left = OnnxTensor.createTensor(environment, values, new long[] {SIZE, SIZE});
  }

  /** Multiplies once. */
  public void run() throws OrtException {
    session.run(Map.of("x", left)).close();
  }

  /** The arithmetic of {@link #run}, a multiplication and an addition counted as two. */
  public static double flops() {
    return 2.0 * SIZE * SIZE * SIZE;
  }

  @Override
  public void close() throws OrtException {
    left.close();
    session.close();
  }
}
