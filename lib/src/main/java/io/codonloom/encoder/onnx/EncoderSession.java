package io.codonloom.encoder.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.codonloom.device.OnnxRuntime;
import io.codonloom.encoder.TextBatch;
import io.codonloom.encoder.TokenVectors;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A graph that ONNX Runtime has loaded. Safe for use by several threads. */
final class EncoderSession implements AutoCloseable {
  private final OrtEnvironment environment = OnnxRuntime.environment();
  private final OrtSession session;
  private final int dim;

  /**
   * @param dim how many numbers a vector has
   */
  EncoderSession(OnnxGraph graph, WeightTensors weights, SessionOptions options, int dim)
      throws OrtException {
    options.addExternalInitializers(weights.of(graph.weights()));
    this.session = environment.createSession(graph.toByteArray(), options);
    this.dim = dim;
  }

  /** The vectors of texts in one call of the graph that is for such a batch. */
  List<TokenVectors> run(TextBatch batch) throws OrtException {
    long[] shape = {batch.texts().size(), batch.length()};
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      LongBuffer ids = LongBuffer.wrap(batch.ids());
      inputs.put(EmbeddingGraph.IDS, OnnxTensor.createTensor(environment, ids, shape));
      if (batch.padded()) {
        FloatBuffer real = FloatBuffer.wrap(batch.real());
        inputs.put(EmbeddingGraph.REAL, OnnxTensor.createTensor(environment, real, shape));
      }
      try (OrtSession.Result result = session.run(inputs)) {
        FloatBuffer vectors = ((OnnxTensor) result.get(0)).getFloatBuffer();
        return batch.split(dim, (offset, target) -> vectors.get(Math.toIntExact(offset), target));
      }
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
