package io.codonloom.fusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

class FusionGradientTest {
  private static final double STEP = 1e-5;

  static Stream<Arguments> batches() {
    int[][] equal = {{9, 9, 9}, {9, 9, 9}, {9, 9, 9}};
    int[][] mixed = {{9, 5, 9}, {4, 4, 4}, {1, 1, 1}, {6, 7, 6}, {12, 3, 12}};
    int[][] single = {{1, 1, 1}, {1, 1, 1}};
    return Stream.of(
        Arguments.of("equal lengths", equal, 0.0, 0.0),
        Arguments.of("equal lengths, entropy", equal, 0.7, 0.0),
        Arguments.of("mixed lengths, entropy", mixed, 0.7, 0.0),
        Arguments.of("mixed lengths, negative entropy, dropout", mixed, -0.3, 0.4),
        Arguments.of("one codon each", single, 0.5, 0.0));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("batches")
  void gradientIsThatOfFiniteDifferences(
      String name, int[][] lengths, double entropyWeight, double dropout) {
    ComputationGraph network =
        Examples.network(Examples.settings(entropyWeight, dropout), DataType.DOUBLE);
    network.getLayer(FusionNetwork.ATTENTION).getParam("temperature").assign(0.6);
    network.getLayer("convolutions").getParam("b").assign(0.3);
    MultiDataSet batch = Examples.batch(DataType.DOUBLE, lengths, 1, 3);

    INDArray gradient = Examples.gradient(network, batch).divi(lengths.length);
    INDArray parameters = network.params();
    double worst = 0;
    for (long i = 0; i < parameters.length(); i++) {
      double value = parameters.getDouble(i);
      parameters.putScalar(i, value + STEP);
      double above = Examples.score(network, batch);
      parameters.putScalar(i, value - STEP);
      double below = Examples.score(network, batch);
      parameters.putScalar(i, value);
      double numeric = (above - below) / (2 * STEP);
      double analytic = gradient.getDouble(i);
      double size = Math.max(Math.abs(numeric), Math.abs(analytic));
      // Below this the difference of two losses has too few digits left.
      if (size > 1e-4) {
        worst = Math.max(worst, Math.abs(numeric - analytic) / size);
      } else {
        assertThat(numeric).isCloseTo(analytic, within(1e-9));
      }
    }
    assertThat(worst).as("worst relative error").isLessThan(1e-5);
  }
}
