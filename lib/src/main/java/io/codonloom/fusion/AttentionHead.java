package io.codonloom.fusion;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * One head of the attention of one example. Its weights are computed again for the backward pass:
 * they are as many as queries times keys, and keeping those of a batch takes more memory than all
 * other activations together.
 */
final class AttentionHead {
  private final INDArray queries;
  private final INDArray keys;
  private final INDArray values;
  private final double dropout;
  private final long stream;

  /**
   * @param queries {@code [n, width]}
   * @param keys {@code [t, width]}
   * @param values {@code [t, width]}
   * @param dropout the share of weights to drop
   * @param stream which ones: see {@link DropoutDraw#stream}
   */
  AttentionHead(INDArray queries, INDArray keys, INDArray values, double dropout, long stream) {
    this.queries = queries;
    this.keys = keys;
    this.values = values;
    this.dropout = dropout;
    this.stream = stream;
  }

  /** Writes what the queries find, {@code [n, width]}. */
  void forward(INDArray found) {
    INDArray weights = weights();
    if (dropout > 0) {
      weights.muli(factors());
    }
    Matrices.multiply(weights, values, found);
  }

  /** Writes the gradients of queries, keys and values for that of the outcome. */
  void backward(INDArray delta, INDArray ofQueries, INDArray ofKeys, INDArray ofValues) {
    INDArray weights = weights();
    INDArray deltas = weights.ulike();
    Matrices.multiplyTransposedSecond(delta, values, deltas);
    if (dropout > 0) {
      INDArray factors = factors();
      deltas.muli(factors);
      Matrices.multiplyTransposedFirst(factors.muli(weights), delta, ofValues);
    } else {
      Matrices.multiplyTransposedFirst(weights, delta, ofValues);
    }
    // The softmax's: α ⊙ (δ − Σ α δ), over each query's weights.
    deltas.muli(weights);
    deltas.subi(weights.muliColumnVector(deltas.sum(true, 1)));
    deltas.muli(scale());
    Matrices.multiply(deltas, keys, ofQueries);
    Matrices.multiplyTransposedFirst(deltas, queries, ofKeys);
  }

  /** The weights before dropout, {@code [n, t]}. */
  private INDArray weights() {
    INDArray weights =
        Nd4j.createUninitialized(
            queries.dataType(), new long[] {queries.size(0), keys.size(0)}, 'c');
    Matrices.multiplyTransposedSecond(queries, keys, weights);
    weights.muli(scale());
    weights.subiColumnVector(weights.max(true, 1));
    Transforms.exp(weights, false);
    return weights.diviColumnVector(weights.sum(true, 1));
  }

  private double scale() {
    return 1 / Math.sqrt((double) queries.size(1));
  }

  /** 0 or 1 / (1 − dropout) for every weight. */
  private INDArray factors() {
    INDArray factors =
        Nd4j.createUninitialized(
            queries.dataType(), new long[] {queries.size(0), keys.size(0)}, 'c');
    Vectors values = Vectors.zeros(factors.dataType(), factors.length());
    DropoutDraw.fill(values, factors.length(), stream, dropout);
    values.copyTo(factors);
    return factors;
  }
}
