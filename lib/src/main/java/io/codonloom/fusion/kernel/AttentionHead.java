package io.codonloom.fusion.kernel;

import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Attention of one head of one example after the other, in the same memory. The weights are
 * computed again for the backward pass: they are as many as queries times keys, and keeping those
 * of a batch takes more memory than all other activations together.
 */
public final class AttentionHead {
  private final double dropout;
  private final INDArray firstScratch;
  private final INDArray secondScratch;
  private final AttentionRow row;

  private INDArray queries;
  private INDArray keys;
  private INDArray values;
  private long stream;

  /**
   * @param mostQueries of any example
   * @param mostKeys of any example
   * @param dropout the share of weights to drop
   */
  public AttentionHead(DataType type, long mostQueries, long mostKeys, double dropout) {
    this.dropout = dropout;
    firstScratch = Nd4j.createUninitialized(type, mostQueries * mostKeys);
    secondScratch = Nd4j.createUninitialized(type, mostQueries * mostKeys);
    row = AttentionRow.of(type, Math.toIntExact(mostKeys));
  }

  /**
   * Turns to a head.
   *
   * @param someQueries {@code [n, width]}
   * @param someKeys {@code [t, width]}
   * @param someValues {@code [t, width]}
   * @param someStream which weights are dropped: see {@link DropoutDraw#stream}
   */
  public AttentionHead on(
      INDArray someQueries, INDArray someKeys, INDArray someValues, long someStream) {
    queries = someQueries;
    keys = someKeys;
    values = someValues;
    stream = someStream;
    return this;
  }

  /** Writes what the queries find, {@code [n, width]}. */
  public void forward(INDArray found) {
    INDArray weights = scores();
    Pointer place = onHost(weights);
    for (int i = 0; i < weights.size(0); i++) {
      weigh(place, i);
    }
    written(weights);
    Matrices.multiply(weights, values, found);
  }

  /** Writes the gradients of queries, keys and values for that of the outcome. */
  public void backward(INDArray delta, INDArray ofQueries, INDArray ofKeys, INDArray ofValues) {
    INDArray weights = scores();
    INDArray deltas = shaped(secondScratch);
    Matrices.multiplyTransposedSecond(delta, values, deltas);
    Pointer place = onHost(weights);
    Pointer gradient = onHost(deltas);
    for (int i = 0; i < weights.size(0); i++) {
      weigh(place, i);
      row.backward(gradient, i * keys.size(0), Math.toIntExact(keys.size(0)));
    }
    written(weights);
    written(deltas);
    Matrices.multiplyTransposedFirst(weights, delta, ofValues);
    Matrices.scaled(deltas, false, keys, false, ofQueries, scale());
    Matrices.scaled(deltas, true, queries, false, ofKeys, scale());
  }

  /** From one query's scores to what is kept of its weights. */
  private void weigh(Pointer place, int query) {
    int length = Math.toIntExact(keys.size(0));
    row.softmax(place, (long) query * length, length);
    if (dropout > 0) {
      row.drop(length, DropoutDraw.stream(stream, query), dropout);
    }
    row.write(place, (long) query * length, length);
  }

  /** Q·Kᵀ / √width, {@code [n, t]}. */
  private INDArray scores() {
    INDArray scores = shaped(firstScratch);
    Matrices.scaled(queries, false, keys, true, scores, scale());
    return scores;
  }

  private double scale() {
    return 1 / Math.sqrt((double) queries.size(1));
  }

  private INDArray shaped(INDArray scratch) {
    long n = queries.size(0);
    long t = keys.size(0);
    return scratch.get(NDArrayIndex.interval(0, n * t)).reshape('c', n, t);
  }

  private static Pointer onHost(INDArray array) {
    Nd4j.getAffinityManager().ensureLocation(array, AffinityManager.Location.HOST);
    return array.data().addressPointer();
  }

  private static void written(INDArray array) {
    Nd4j.getAffinityManager().tagLocation(array, AffinityManager.Location.HOST);
  }
}
