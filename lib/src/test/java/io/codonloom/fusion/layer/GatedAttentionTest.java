package io.codonloom.fusion.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.fusion.Examples;
import io.codonloom.fusion.Fusion;
import io.codonloom.fusion.FusionNetwork;
import io.codonloom.fusion.NetworkShape;
import io.codonloom.fusion.TestNetworks;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

class GatedAttentionTest {
  private static final String TEMPERATURE = FusionNetwork.ATTENTION + ".temperature";
  private static final int[][] LENGTHS = {{9, 5, 7}, {3, 8, 4}, {1, 1, 1}};

  @ParameterizedTest
  @CsvSource({"MIL, 0.3, 0.5", "MIL, 3, 2", "TOKEN_ATTENTION, 0.3, 0.5", "TOKEN_ATTENTION, 3, 2"})
  void aTemperatureOutsideItsClampCountsAsTheClampAndGetsNoGradient(
      Fusion fusion, double outside, double clamp) {
    TestNetworks kind =
        TestNetworks.of("clamped", new NetworkShape().fusion(fusion).temperatures(0.5, 2));
    MultiDataSet batch = Examples.batch(kind, DataType.DOUBLE, LENGTHS, 0, 4);
    ComputationGraph beyond = kind.temperature(outside).build(DataType.DOUBLE);
    ComputationGraph at = kind.temperature(clamp).build(DataType.DOUBLE);
    ComputationGraph within = kind.temperature(1).build(DataType.DOUBLE);

    Map<String, INDArray> beyondGradients = Examples.gradients(beyond, batch);
    Map<String, INDArray> atGradients = Examples.gradients(at, batch);
    assertThat(beyond.score()).isEqualTo(at.score());
    assertThat(Examples.score(within, batch)).isNotEqualTo(at.score());
    assertThat(beyondGradients.remove(TEMPERATURE).getDouble(0)).isZero();
    assertThat(Math.abs(atGradients.remove(TEMPERATURE).getDouble(0))).isGreaterThan(1e-4);
    assertThat(beyondGradients).hasSameSizeAs(atGradients);
    beyondGradients.forEach(
        (name, gradient) ->
            assertThat(Examples.largest(gradient.sub(atGradients.get(name)))).as(name).isZero());
  }
}
