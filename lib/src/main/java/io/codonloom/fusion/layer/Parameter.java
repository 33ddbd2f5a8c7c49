package io.codonloom.fusion.layer;

import java.util.List;

/**
 * A parameter of a {@link NativeLayer}: its first values are drawn from a normal distribution.
 *
 * @param name unique in its layer, without underscore (Deeplearning4j splits at the last one)
 * @param shape rows and columns, or one length
 * @param decays whether the weight decay acts on it
 * @param mean the mean of its first values
 * @param deviation the standard deviation of them
 */
public record Parameter(
    String name, List<Long> shape, boolean decays, double mean, double deviation) {

  /** A matrix between so many inputs and outputs, with Glorot's normal initialization. */
  static Parameter weight(String name, long rows, long columns) {
    return weight(name, rows, columns, rows + columns);
  }

  /**
   * A part of a larger weight with Glorot's normal initialization.
   *
   * @param fans the larger weight's inputs and outputs of one unit, added
   */
  static Parameter weight(String name, long rows, long columns, long fans) {
    return new Parameter(name, List.of(rows, columns), true, 0, Math.sqrt(2.0 / fans));
  }

  static Parameter constant(String name, long length, double value) {
    return new Parameter(name, List.of(length), false, value, 0);
  }

  long length() {
    return shape.stream().reduce(1L, (a, b) -> a * b);
  }

  long[] dimensions() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }
}
