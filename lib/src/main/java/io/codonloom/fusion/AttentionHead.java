package io.codonloom.fusion;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.custom.SoftMax;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Attention of one head of one example after the other, in the same memory. The weights are
 * computed again for the backward pass: they are as many as queries times keys, and keeping those
 * of a batch takes more memory than all other activations together.
 */
final class AttentionHead {
  private final DataType type;
  private final double dropout;
  private final INDArray[] scratch = new INDArray[3];

  private INDArray queries;
  private INDArray keys;
  private INDArray values;
  private long stream;

  /**
   * @param most queries times keys of any head at most
   * @param dropout the share of weights to drop
   */
  AttentionHead(DataType type, long most, double dropout) {
    this.type = type;
    this.dropout = dropout;
    for (int i = 0; i < scratch.length; i++) {
      scratch[i] = Nd4j.createUninitialized(type, most);
    }
  }

  /**
   * Turns to a head.
   *
   * @param someQueries {@code [n, width]}
   * @param someKeys {@code [t, width]}
   * @param someValues {@code [t, width]}
   * @param someStream which weights are dropped: see {@link DropoutDraw#stream}
   */
  AttentionHead on(INDArray someQueries, INDArray someKeys, INDArray someValues, long someStream) {
    queries = someQueries;
    keys = someKeys;
    values = someValues;
    stream = someStream;
    return this;
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
    INDArray deltas = scratch(1);
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
    Matrices.scaled(deltas, false, keys, false, ofQueries, scale());
    Matrices.scaled(deltas, true, queries, false, ofKeys, scale());
  }

  /** The weights before dropout, {@code [n, t]}. */
  private INDArray weights() {
    INDArray weights = scratch(0);
    Matrices.scaled(queries, false, keys, true, weights, scale());
    Nd4j.exec(new SoftMax(weights, weights, 1));
    return weights;
  }

  private double scale() {
    return 1 / Math.sqrt((double) queries.size(1));
  }

  /** 0 or 1 / (1 − dropout) for every weight. */
  private INDArray factors() {
    INDArray factors = scratch(2);
    Vectors drawn = Vectors.zeros(type, factors.length());
    DropoutDraw.fill(drawn, factors.length(), stream, dropout);
    drawn.copyTo(factors);
    return factors;
  }

  private INDArray scratch(int index) {
    long n = queries.size(0);
    long t = keys.size(0);
    return scratch[index].get(NDArrayIndex.interval(0, n * t)).reshape('c', n, t);
  }
}
