package io.codonloom.fusion;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.ops.transforms.Transforms;

class PaddingTest {
  private static final int[][] LENGTHS = {
    {1, 1, 1},
    {2, 2, 2},
    {3, 3, 3},
    {4, 2, 4},
    {5, 5, 5},
    {8, 5, 7},
    {3, 11, 6},
    {6, 1, 9},
    {17, 12, 17}
  };

  /**
   * A parameter's gradient may cancel over the examples, and with it its digits: single precision
   * keeps those of what is added up, so that errors count against a part of that at least.
   */
  private static final double UNCANCELLED = 0.05;

  static Stream<Arguments> networks() {
    return TestNetworks.all()
        .flatMap(
            kind ->
                Stream.of(
                    Arguments.of(kind, DataType.FLOAT, 1e-5),
                    Arguments.of(kind, DataType.DOUBLE, 1e-12)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("networks")
  void anExampleHasTheSameOutputAndGradientInAPaddedBatchAsAlone(
      TestNetworks kind, DataType type, double tolerance) {
    ComputationGraph network = kind.build(type);
    MultiDataSet batch = Examples.batch(kind, type, LENGTHS, 6, 5);

    INDArray[] together = output(network, batch);
    Map<String, Sum> sums = new LinkedHashMap<>();
    double outputError = 0;
    for (int i = 0; i < LENGTHS.length; i++) {
      MultiDataSet alone = Examples.alone(batch, i, longest(kind, LENGTHS[i]));
      INDArray[] single = output(network, alone);
      for (int o = 0; o < single.length; o++) {
        INDArray difference = single[o].sub(together[o].getRow(i, true));
        outputError = Math.max(outputError, Examples.largest(difference));
      }
      Examples.gradients(network, alone)
          .forEach((name, gradient) -> sums.merge(name, Sum.of(gradient), Sum::plus));
    }
    assertThat(outputError).as("largest difference of an output").isLessThan(tolerance);
    Examples.gradients(network, batch)
        .forEach(
            (name, gradient) ->
                assertThat(Examples.largest(gradient.sub(sums.get(name).values())))
                    .as("largest difference of the gradient of %s", name)
                    .isLessThanOrEqualTo(tolerance * sums.get(name).size()));
  }

  /** Gradients of examples added up, and their magnitudes. */
  private record Sum(INDArray values, INDArray magnitudes) {
    static Sum of(INDArray gradient) {
      return new Sum(gradient, Transforms.abs(gradient));
    }

    Sum plus(Sum other) {
      return new Sum(values.add(other.values), magnitudes.add(other.magnitudes));
    }

    /** What an error is relative to. */
    double size() {
      return Math.max(Examples.largest(values), UNCANCELLED * Examples.largest(magnitudes));
    }
  }

  private static int longest(TestNetworks kind, int[] lengths) {
    return kind.dims().keySet().stream()
        .mapToInt(m -> lengths[Examples.index(m)])
        .max()
        .orElseThrow();
  }

  private static INDArray[] output(ComputationGraph network, MultiDataSet batch) {
    return network.output(false, batch.getFeatures(), batch.getFeaturesMaskArrays(), null);
  }
}
