package io.codonloom.fusion.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.codonloom.fusion.Examples;
import io.codonloom.fusion.FusionNetwork;
import io.codonloom.fusion.NetworkShape;
import io.codonloom.fusion.Optimizer;
import io.codonloom.fusion.TestNetworks;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

class EntropyPenaltyTest {
  private static final int[][] LENGTHS = {{9, 5, 7}, {3, 8, 4}, {1, 1, 1}, {6, 6, 6}, {4, 2, 7}};

  @Test
  void withoutWeightTheLossIsThatOfThePredictionAlone() {
    TestNetworks kind = TestNetworks.of("MIL", new NetworkShape().entropyWeight(0));
    MultiDataSet batch = Examples.batch(kind, DataType.DOUBLE, LENGTHS, 0, 6);
    ComputationGraph network = kind.build(DataType.DOUBLE);
    INDArray predicted = output(network, batch, 0);
    double squares = 0;
    for (int i = 0; i < LENGTHS.length; i++) {
      squares += Math.pow(predicted.getDouble(i) - batch.getLabels(0).getDouble(i), 2);
    }
    assertThat(network.score(batch, true)).isCloseTo(squares / LENGTHS.length, within(1e-12));
  }

  @Test
  void lossAndGradientAreLinearInTheWeight() {
    Learned without = learned(0);
    Learned sharpening = learned(0.2);
    Learned spreading = learned(-0.4);
    assertThat(spreading.loss() - without.loss())
        .isLessThan(-0.1)
        .isCloseTo(-2 * (sharpening.loss() - without.loss()), within(1e-12));
    INDArray sharpened = sharpening.gradient().sub(without.gradient());
    INDArray spread = spreading.gradient().sub(without.gradient());
    assertThat(Examples.largest(sharpened)).isGreaterThan(1e-3);
    assertThat(Examples.largest(spread.addi(sharpened.mul(2)))).isLessThan(1e-12);
  }

  @Test
  void trainingWithAPositiveWeightSharpensAndWithANegativeOneSpreads() {
    double sharp = entropyAfterTraining(0.5);
    double free = entropyAfterTraining(0);
    double spread = entropyAfterTraining(-0.5);
    assertThat(sharp).isLessThan(free - 0.1);
    assertThat(free).isLessThan(spread - 0.1);
  }

  private record Learned(double loss, INDArray gradient) {}

  private static Learned learned(double weight) {
    TestNetworks kind = TestNetworks.of("MIL", new NetworkShape().entropyWeight(weight));
    ComputationGraph network = kind.build(DataType.DOUBLE);
    MultiDataSet batch = Examples.batch(kind, DataType.DOUBLE, LENGTHS, 0, 6);
    INDArray gradient = Examples.gradient(network, batch);
    return new Learned(network.score(), gradient);
  }

  private static double entropyAfterTraining(double weight) {
    TestNetworks kind = TestNetworks.of("MIL", new NetworkShape().entropyWeight(weight));
    ComputationGraph network =
        new ComputationGraph(
            FusionNetwork.configuration(
                kind.settings(), kind.dims(), kind.target(), Optimizer.adam(0.02), 7));
    network.init();
    // So far from equal weights that there is something to spread.
    FusionNetwork.parameters(network).get(FusionNetwork.ATTENTION + ".w").muli(4);
    MultiDataSet batch = Examples.batch(kind, DataType.FLOAT, LENGTHS, 0, 6);
    for (int step = 0; step < 100; step++) {
      network.fit(batch);
    }
    INDArray alpha = output(network, batch, 1);
    double entropy = 0;
    for (int i = 0; i < alpha.length(); i++) {
      double share = alpha.getDouble(i);
      entropy -= share > 0 ? share * Math.log(share) : 0;
    }
    return entropy / LENGTHS.length;
  }

  private static INDArray output(ComputationGraph network, MultiDataSet batch, int index) {
    return network.output(false, batch.getFeatures(), batch.getFeaturesMaskArrays(), null)[index];
  }
}
