package io.codonloom.fusion;

import static org.assertj.core.api.Assertions.assertThat;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

class PaddingTest {
  private static final int[][] LENGTHS = {
    {1, 1, 1}, {2, 2, 2}, {3, 3, 3}, {4, 2, 4}, {5, 5, 5}, {6, 1, 6}, {9, 9, 9}, {17, 12, 17}
  };

  @ParameterizedTest(name = "{0}")
  @MethodSource("io.codonloom.fusion.TestNetworks#all")
  void anExampleHasTheSameOutputAndGradientInAPaddedBatchAsAlone(TestNetworks kind) {
    ComputationGraph network = kind.build(DataType.FLOAT);
    MultiDataSet batch = Examples.batch(kind, DataType.FLOAT, LENGTHS, 6, 5);

    INDArray[] together = output(network, batch);
    INDArray gradients = Nd4j.zeros(DataType.FLOAT, network.params().shape());
    double outputError = 0;
    for (int i = 0; i < LENGTHS.length; i++) {
      MultiDataSet alone = Examples.alone(batch, i, longest(kind, LENGTHS[i]));
      INDArray[] single = output(network, alone);
      for (int o = 0; o < single.length; o++) {
        outputError =
            Math.max(
                outputError, single[o].sub(together[o].getRow(i, true)).amaxNumber().doubleValue());
      }
      gradients.addi(Examples.gradient(network, alone));
    }
    double gradientError =
        gradients.sub(Examples.gradient(network, batch)).amaxNumber().doubleValue()
            / gradients.amaxNumber().doubleValue();

    assertThat(outputError).as("largest difference of an output").isLessThan(1e-5);
    assertThat(gradientError).as("largest difference of a gradient").isLessThan(1e-5);
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
