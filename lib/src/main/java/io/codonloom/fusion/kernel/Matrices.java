package io.codonloom.fusion.kernel;

import org.nd4j.linalg.api.blas.params.MMulTranspose;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.reduce.Mmul;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Matrix products and views on row-major arrays. */
public final class Matrices {
  private Matrices() {}

  /** The array {@code [batch, codons, n]} seen as {@code [batch × codons, n]}, copied if needed. */
  public static INDArray rows(INDArray array) {
    INDArray rowMajor = rowMajor(array);
    return rowMajor.reshape('c', rowMajor.size(0) * rowMajor.size(1), rowMajor.size(2));
  }

  /** The array itself if it lies row by row without gaps, else such a copy. */
  public static INDArray rowMajor(INDArray array) {
    return array.ordering() == 'c' && array.elementWiseStride() == 1 ? array : array.dup('c');
  }

  /** One example {@code [codons, n]} of {@code [batch, codons, n]}, as a view. */
  public static INDArray example(INDArray array, long index) {
    return array.get(NDArrayIndex.point(index), NDArrayIndex.all(), NDArrayIndex.all());
  }

  /** Rows {@code from} to {@code to} (exclusive) of a matrix, as a view. */
  public static INDArray rowRange(INDArray matrix, long from, long to) {
    return matrix.get(NDArrayIndex.interval(from, to), NDArrayIndex.all());
  }

  /** Columns {@code from} to {@code to} (exclusive) of a matrix, as a view. */
  public static INDArray columnRange(INDArray matrix, long from, long to) {
    return matrix.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to));
  }

  /** c = a·b. */
  public static void multiply(INDArray a, INDArray b, INDArray c) {
    gemm(a, false, b, false, c, 0);
  }

  /** c = a·b + c; c may be a view of a wider matrix. */
  public static void add(INDArray a, INDArray b, INDArray c) {
    gemm(a, false, b, false, c, 1);
  }

  /** c = aᵀ·b. */
  public static void multiplyTransposedFirst(INDArray a, INDArray b, INDArray c) {
    gemm(a, true, b, false, c, 0);
  }

  /** c = aᵀ·b + c. */
  public static void addTransposedFirst(INDArray a, INDArray b, INDArray c) {
    gemm(a, true, b, false, c, 1);
  }

  /** c = a·bᵀ. */
  public static void multiplyTransposedSecond(INDArray a, INDArray b, INDArray c) {
    gemm(a, false, b, true, c, 0);
  }

  /** c = a·bᵀ + c; c may be a view of a wider matrix. */
  public static void addTransposedSecond(INDArray a, INDArray b, INDArray c) {
    gemm(a, false, b, true, c, 1);
  }

  /** c = factor·a·b, with a or b transposed. */
  static void scaled(
      INDArray a, boolean transposeA, INDArray b, boolean transposeB, INDArray c, double factor) {
    Nd4j.exec(new Mmul(a, b, c, factor, 0, new MMulTranspose(transposeA, transposeB, false)));
  }

  /** The sum over the rows, {@code [1, columns]}. */
  public static void sumRows(INDArray matrix, INDArray into) {
    // A product with ones runs at memory speed; the library's reduction takes three times as long.
    INDArray ones = Nd4j.ones(matrix.dataType(), 1, matrix.size(0));
    multiply(ones, matrix, into.reshape('c', 1, into.length()));
  }

  private static void gemm(
      INDArray a, boolean transposeA, INDArray b, boolean transposeB, INDArray c, double beta) {
    Nd4j.exec(new Mmul(a, b, c, 1, beta, new MMulTranspose(transposeA, transposeB, false)));
  }
}
