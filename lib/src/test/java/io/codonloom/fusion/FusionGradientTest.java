package io.codonloom.fusion;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

class FusionGradientTest {
  private static final int[][] MIXED = {{8, 5, 7}, {4, 4, 4}, {1, 1, 1}, {3, 9, 5}, {12, 3, 12}};
  private static final double TOLERANCE = 1e-5;

  static Stream<Arguments> networks() {
    return TestNetworks.all().map(network -> Arguments.of("mixed lengths", network, MIXED));
  }

  static Stream<Arguments> lengths() {
    TestNetworks mil = TestNetworks.of("MIL", new NetworkShape());
    return Stream.of(
        Arguments.of("equal lengths", mil, new int[][] {{9, 9, 9}, {9, 9, 9}, {9, 9, 9}}),
        Arguments.of("one codon each", mil, new int[][] {{1, 1, 1}, {1, 1, 1}}));
  }

  /** One random direction in each parameter: a wrong derivative of any of its numbers shows. */
  @ParameterizedTest(name = "{1}, {0}")
  @MethodSource({"networks", "lengths"})
  void gradientIsThatOfFiniteDifferences(String name, TestNetworks kind, int[][] lengths) {
    Slopes slopes = new Slopes(kind, lengths);
    Random random = new Random(5);
    int start = 0;
    for (INDArray values : FusionNetwork.parameters(slopes.network).values()) {
      double[] direction = random.doubles(values.length(), -1, 1).toArray();
      slopes.compareAlong(start, direction);
      start += direction.length;
    }
    assertThat(slopes.worst).as("worst relative error").isLessThan(TOLERANCE);
  }

  @Tag("long")
  @ParameterizedTest(name = "{1}, {0}")
  @MethodSource({"networks", "lengths"})
  void everyDerivativeIsThatOfFiniteDifferences(String name, TestNetworks kind, int[][] lengths) {
    Slopes slopes = new Slopes(kind, lengths);
    for (int i = 0; i < slopes.parameters.length(); i++) {
      slopes.compareAlong(i, 1);
    }
    assertThat(slopes.worst).as("worst relative error").isLessThan(TOLERANCE);
  }

  /** A network's loss on a batch, and how it changes with the parameters. */
  private static final class Slopes {
    private static final double STEP = 2e-5;

    /**
     * Errors of derivatives below this part of the loss count against it: the difference of two
     * losses has been seen to be off by 2e-11 of the loss.
     */
    private static final double SMALLEST = 1e-5;

    final ComputationGraph network;
    final INDArray parameters;
    private final MultiDataSet batch;
    private final INDArray gradient;
    private final double floor;
    double worst;

    Slopes(TestNetworks kind, int[][] lengths) {
      network = kind.build(DataType.DOUBLE);
      parameters = network.params().reshape(network.params().length());
      batch = Examples.batch(kind, DataType.DOUBLE, lengths, 1, 3);
      gradient = Examples.gradient(network, batch).divi(lengths.length);
      floor = SMALLEST * Math.min(10, network.score(batch, true));
    }

    /** Compares the derivative when the parameters from one on move in a direction. */
    void compareAlong(int start, double... direction) {
      double analytic = 0;
      for (int i = 0; i < direction.length; i++) {
        analytic += gradient.getDouble(start + i) * direction[i];
      }
      double numeric = centralDifference(start, direction, STEP);
      if (error(numeric, analytic) >= TOLERANCE) {
        // A second difference removes the part of its error that grows with the step's square.
        numeric = (4 * numeric - centralDifference(start, direction, 2 * STEP)) / 3;
      }
      worst = Math.max(worst, error(numeric, analytic));
    }

    private double error(double numeric, double analytic) {
      double size = Math.max(Math.abs(numeric), Math.abs(analytic));
      return Math.abs(numeric - analytic) / Math.max(size, floor);
    }

    private double centralDifference(int start, double[] direction, double step) {
      double above = lossBeyond(start, direction, step);
      double below = lossBeyond(start, direction, -step);
      return (above - below) / (2 * step);
    }

    private double lossBeyond(int start, double[] direction, double step) {
      double[] before = new double[direction.length];
      for (int i = 0; i < before.length; i++) {
        before[i] = parameters.getDouble(start + i);
        parameters.putScalar(start + i, before[i] + step * direction[i]);
      }
      double loss = network.score(batch, true);
      for (int i = 0; i < before.length; i++) {
        parameters.putScalar(start + i, before[i]);
      }
      return loss;
    }
  }
}
