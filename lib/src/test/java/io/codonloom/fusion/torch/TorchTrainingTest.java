package io.codonloom.fusion.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.device.Device;
import io.codonloom.fusion.Examples;
import io.codonloom.fusion.Fusion;
import io.codonloom.fusion.FusionNetwork;
import io.codonloom.fusion.Head;
import io.codonloom.fusion.NetworkShape;
import io.codonloom.fusion.Optimizer;
import io.codonloom.fusion.TestNetworks;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Steps beside the same ones in Deeplearning4j. */
class TorchTrainingTest {
  private static final int[][] MIXED = {{8, 5, 7}, {4, 4, 4}, {1, 1, 1}, {3, 9, 5}, {12, 3, 12}};
  private static final int STEPS = 20;
  private static final double TOLERANCE = 1e-4;
  private static final Optimizer PLAIN = Optimizer.adam(0.01);

  static Stream<Arguments> trainings() {
    return TestNetworks.all()
        .flatMap(
            kind ->
                Stream.of(
                    Arguments.of(kind, new Optimizer(Optimizer.Method.ADAM, 0.01, 0.1)),
                    Arguments.of(kind, new Optimizer(Optimizer.Method.ADAMW, 0.01, 0.1))));
  }

  /** Relative, in the Euclidean norm of each parameter and of each of Adam's two moments. */
  @ParameterizedTest
  @MethodSource("trainings")
  void twentyStepsEndWhereThoseOfDeeplearning4jDo(TestNetworks kind, Optimizer optimizer) {
    ComputationGraph expected = network(kind, optimizer);
    MultiDataSet batch = Examples.batch(kind, DataType.FLOAT, MIXED, 0, 3);
    try (TorchTraining training = training(kind, optimizer, expected)) {
      for (int step = 0; step < STEPS; step++) {
        expected.fit(batch);
        training.step(batch);
      }
      INDArray parameters = Nd4j.createFromArray(training.parameters());
      for (ParameterLayout.Entry entry : ParameterLayout.of(expected).entries()) {
        assertThat(difference(entry, parameters, expected.params()))
            .as(entry.name())
            .isLessThan(TOLERANCE);
      }
      INDArray moments = Nd4j.createFromArray(training.moments());
      INDArray state = expected.getUpdater().getStateViewArray();
      assertThat(TorchNetworkTest.difference(moments, state)).as("moments").isLessThan(TOLERANCE);
    }
  }

  @Test
  void parametersGoInAndOutWithoutAnyChange() {
    TestNetworks kind = TestNetworks.of("LSTM", new NetworkShape().head(Head.LSTM));
    ComputationGraph network = network(kind, PLAIN);
    try (TorchTraining training = training(kind, PLAIN, network)) {
      assertThat(training.parameters()).containsExactly(network.params().toFloatVector());
    }
  }

  @Test
  void aTrainingThatIsTakenUpAgainEndsExactlyWhereOneInOneGoDoes() {
    TestNetworks kind =
        TestNetworks.of(
            "cross attention",
            new NetworkShape().fusion(Fusion.CROSS_ATTENTION).attentionDropout(0.3).dropout(0.4));
    ComputationGraph start = network(kind, PLAIN);
    MultiDataSet batch = Examples.batch(kind, DataType.FLOAT, MIXED, 0, 3);
    try (TorchTraining whole = training(kind, PLAIN, start);
        TorchTraining first = training(kind, PLAIN, start);
        TorchTraining second = training(kind, PLAIN, start)) {
      for (int step = 0; step < 6; step++) {
        whole.step(batch);
      }
      for (int step = 0; step < 3; step++) {
        first.step(batch);
      }
      second.restore(first.parameters(), first.moments(), 3);
      for (int step = 0; step < 3; step++) {
        second.step(batch);
      }
      assertThat(second.parameters()).containsExactly(whole.parameters());
      assertThat(second.moments()).containsExactly(whole.moments());
    }
  }

  @Test
  void dropoutIsThatOfTheRowsNumbersAlone() {
    TestNetworks kind =
        TestNetworks.of(
            "cross attention",
            new NetworkShape().fusion(Fusion.CROSS_ATTENTION).attentionDropout(0.3).dropout(0.4));
    ComputationGraph network = network(kind, PLAIN);
    assertThat(firstLoss(kind, network, 3)).isEqualTo(firstLoss(kind, network, 3));
    MultiDataSet other = Examples.batch(kind, DataType.FLOAT, MIXED, 0, 3);
    other.getFeatures(kind.dims().size()).addi(1);
    try (TorchTraining training = training(kind, PLAIN, network)) {
      assertThat(training.step(other).loss()).isNotEqualTo(firstLoss(kind, network, 3));
    }
  }

  @Test
  void anotherLearningRateActsFromTheNextStepOn() {
    TestNetworks kind = TestNetworks.of("MIL", new NetworkShape());
    ComputationGraph network = network(kind, PLAIN);
    MultiDataSet batch = Examples.batch(kind, DataType.FLOAT, MIXED, 0, 3);
    try (TorchTraining training = training(kind, PLAIN, network)) {
      training.setLearningRate(0.001);
      network.setLearningRate(0.001);
      training.step(batch);
      network.fit(batch);
      INDArray parameters = Nd4j.createFromArray(training.parameters());
      assertThat(TorchNetworkTest.difference(parameters, network.params())).isLessThan(TOLERANCE);
    }
  }

  @Test
  void tellsWhenParametersAreNoNumbers() {
    TestNetworks kind = TestNetworks.of("MIL", new NetworkShape());
    MultiDataSet batch = Examples.batch(kind, DataType.FLOAT, MIXED, 0, 3);
    try (TorchTraining training = training(kind, PLAIN, network(kind, PLAIN))) {
      assertThat(training.step(batch).finite()).isTrue();
      batch.getFeatures(0).putScalar(0, Float.NaN);
      assertThat(training.step(batch).finite()).isFalse();
    }
  }

  private static double firstLoss(TestNetworks kind, ComputationGraph network, long seed) {
    try (TorchTraining training = training(kind, PLAIN, network)) {
      return training.step(Examples.batch(kind, DataType.FLOAT, MIXED, 0, seed)).loss();
    }
  }

  private static double difference(
      ParameterLayout.Entry entry, INDArray actual, INDArray expected) {
    return TorchNetworkTest.difference(part(entry, actual), part(entry, expected));
  }

  private static INDArray part(ParameterLayout.Entry entry, INDArray vector) {
    return vector
        .reshape(vector.length())
        .get(NDArrayIndex.interval(entry.offset(), entry.offset() + entry.length()));
  }

  static ComputationGraph network(TestNetworks kind, Optimizer optimizer) {
    ComputationGraph network =
        new ComputationGraph(
            FusionNetwork.configuration(kind.settings(), kind.dims(), kind.target(), optimizer, 1));
    network.init();
    network.setParams(kind.build(DataType.FLOAT).params());
    return network;
  }

  static TorchTraining training(TestNetworks kind, Optimizer optimizer, ComputationGraph start) {
    TorchTraining training =
        new TorchTraining(
            kind.settings(),
            kind.dims(),
            kind.target(),
            optimizer,
            ParameterLayout.of(start),
            Device.CPU);
    training.restore(
        start.params().toFloatVector(), start.getUpdater().getStateViewArray().toFloatVector(), 0);
    return training;
  }
}
