package io.codonloom.encoder.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.codonloom.device.OnnxRuntime;
import io.codonloom.encoder.TokenVectors;
import io.codonloom.encoder.Tokens;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A graph that ONNX Runtime has loaded. Safe for use by several threads. */
public final class EncoderSession implements AutoCloseable {
  private final OrtEnvironment environment = OnnxRuntime.environment();
  private final OrtSession session;
  private final boolean padded;
  private final int dim;

  /**
   * @param padded whether the graph takes texts of several lengths
   * @param dim how many numbers a vector has
   */
  public EncoderSession(
      OnnxGraph graph, WeightTensors weights, SessionOptions options, boolean padded, int dim)
      throws OrtException {
    options.addExternalInitializers(weights.of(graph.weights()));
    this.session = environment.createSession(graph.toByteArray(), options);
    this.padded = padded;
    this.dim = dim;
  }

  /**
   * The vectors of texts in one call.
   *
   * @param tokens of the longest text, or more; what is beyond a text is padding
   */
  public List<TokenVectors> run(List<Tokens> batch, int tokens) throws OrtException {
    long[] shape = {batch.size(), tokens};
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      LongBuffer ids = LongBuffer.wrap(ids(batch, tokens));
      inputs.put(EmbeddingGraph.IDS, OnnxTensor.createTensor(environment, ids, shape));
      if (padded) {
        FloatBuffer real = FloatBuffer.wrap(real(batch, tokens));
        inputs.put(EmbeddingGraph.REAL, OnnxTensor.createTensor(environment, real, shape));
      }
      try (OrtSession.Result result = session.run(inputs)) {
        return split(batch, tokens, ((OnnxTensor) result.get(0)).getFloatBuffer());
      }
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  /** The tokens' numbers; padding is whatever token has the number 0, as nothing sees it. */
  private static long[] ids(List<Tokens> batch, int tokens) {
    long[] ids = new long[batch.size() * tokens];
    for (int text = 0; text < batch.size(); text++) {
      int[] own = batch.get(text).ids();
      for (int i = 0; i < own.length; i++) {
        ids[text * tokens + i] = own[i];
      }
    }
    return ids;
  }

  private static float[] real(List<Tokens> batch, int tokens) {
    float[] real = new float[batch.size() * tokens];
    for (int text = 0; text < batch.size(); text++) {
      Arrays.fill(real, text * tokens, text * tokens + batch.get(text).count(), 1);
    }
    return real;
  }

  private List<TokenVectors> split(List<Tokens> batch, int tokens, FloatBuffer vectors) {
    List<TokenVectors> result = new ArrayList<>();
    for (int text = 0; text < batch.size(); text++) {
      Tokens own = batch.get(text);
      float[] values = new float[Math.multiplyExact(own.count(), dim)];
      vectors.get(Math.toIntExact((long) text * tokens * dim), values);
      result.add(new TokenVectors(own, dim, values));
    }
    return result;
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
