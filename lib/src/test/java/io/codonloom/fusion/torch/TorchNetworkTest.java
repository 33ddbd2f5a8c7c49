package io.codonloom.fusion.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.codonloom.device.Device;
import io.codonloom.fusion.Examples;
import io.codonloom.fusion.NetworkShape;
import io.codonloom.fusion.TestNetworks;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Against Deeplearning4j's networks, whose own derivatives are checked against finite differences
 * and PyTorch. A difference is relative: the Euclidean norm of the difference of two arrays, by
 * that of Deeplearning4j's array.
 */
class TorchNetworkTest {
  private static final int[][] MIXED = {{8, 5, 7}, {4, 4, 4}, {1, 1, 1}, {3, 9, 5}, {12, 3, 12}};

  /** A gradient may cancel to almost nothing: errors count against this part of the whole one. */
  private static final double CANCELLED = 1e-4;

  static Stream<Arguments> networks() {
    TestNetworks mil = TestNetworks.of("MIL", new NetworkShape());
    return Stream.concat(
        TestNetworks.all().map(kind -> Arguments.of("mixed lengths", kind, MIXED)),
        Stream.of(
            Arguments.of("equal lengths", mil, new int[][] {{9, 9, 9}, {9, 9, 9}}),
            Arguments.of("one codon each", mil, new int[][] {{1, 1, 1}, {1, 1, 1}})));
  }

  static Stream<TestNetworks> kinds() {
    return TestNetworks.all();
  }

  @ParameterizedTest(name = "{1}, {0}")
  @MethodSource("networks")
  void outputsLossAndGradientsAreThoseOfDeeplearning4j(
      String name, TestNetworks kind, int[][] lengths) {
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      compare(kind, Examples.batch(kind, type, lengths, 0, 3), type);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void soAreThoseOfModalitiesThatBeginLater(TestNetworks kind) {
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      MultiDataSet batch = Examples.batch(kind, type, MIXED, 2, 3);
      for (int m = 0; m < kind.dims().size(); m++) {
        // The last of them by one codon, the one before it by two.
        int gone = kind.dims().size() - m;
        for (int i = 0; i < MIXED.length; i++) {
          for (int codon = 0; codon < gone; codon++) {
            batch.getFeaturesMaskArray(m).putScalar(i, codon, 0);
            batch
                .getFeatures(m)
                .get(NDArrayIndex.point(i), NDArrayIndex.point(codon), NDArrayIndex.all())
                .assign(0);
          }
        }
      }
      // The third example has no codons left; Deeplearning4j's has none to compare with either.
      compare(kind, batch, type);
    }
  }

  private static void compare(TestNetworks kind, MultiDataSet batch, DataType type) {
    double tolerance = type == DataType.FLOAT ? 1e-4 : 1e-9;
    ComputationGraph expected = kind.build(type);
    TorchNetwork network = copyOf(expected, kind, type);
    INDArray[] outputs =
        expected.output(false, batch.getFeatures(), batch.getFeaturesMaskArrays(), null);
    Map<String, INDArray> gradients = Examples.gradients(expected, batch);
    double score = expected.score();

    Scopes.freeing(
        () -> {
          TorchBatch own = TorchBatch.of(batch, kind.dims().keySet(), network.options());
          TorchNetwork.Output output = Scopes.withoutGradient(() -> network.output(own, false));
          assertThat(difference(array(network.prediction(output)), outputs[0]))
              .as("prediction")
              .isLessThan(tolerance);
          output
              .attention()
              .ifPresent(
                  weights ->
                      assertThat(difference(array(weights), outputs[1]))
                          .as("attention")
                          .isLessThan(tolerance));

          TorchNetwork.Loss loss = network.loss(network.output(own, true), own.labels());
          loss.total().backward();
          assertThat(array(loss.total()).getDouble(0) / score)
              .as("loss")
              .isBetween(1 - tolerance, 1 + tolerance);
          INDArray all = array(network.parameters().gradient()).muli(batch.getLabels(0).size(0));
          double whole = Math.sqrt(gradients.values().stream().mapToDouble(g -> square(g)).sum());
          for (ParameterLayout.Entry entry : network.parameters().layout().entries()) {
            INDArray one =
                all.get(NDArrayIndex.interval(entry.offset(), entry.offset() + entry.length()));
            INDArray other = gradients.get(entry.name());
            double size = Math.max(Math.sqrt(square(other)), CANCELLED * whole);
            assertThat(Math.sqrt(square(one.sub(other))) / size)
                .as("gradient of %s", entry.name())
                .isLessThan(tolerance);
          }
          return null;
        });
    network.close();
  }

  static TorchNetwork copyOf(ComputationGraph graph, TestNetworks kind, DataType type) {
    TensorOptions options =
        Tensors.options(Device.CPU, type == DataType.FLOAT ? ScalarType.Float : ScalarType.Double);
    TorchNetwork network =
        new TorchNetwork(kind.settings(), kind.target(), ParameterLayout.of(graph), options);
    INDArray flat = graph.params().reshape(graph.params().length()).dup();
    network.parameters().values().copy_(Tensors.of(flat, options));
    return network;
  }

  static double difference(INDArray actual, INDArray expected) {
    INDArray shaped = actual.reshape('c', expected.shape());
    return Math.sqrt(square(shaped.sub(expected)) / square(expected));
  }

  private static double square(INDArray array) {
    double norm = array.norm2Number().doubleValue();
    return norm * norm;
  }

  private static INDArray array(Tensor tensor) {
    Tensor whole = tensor.contiguous();
    long[] shape = whole.numel() == 1 ? new long[] {1} : whole.shape();
    if (whole.scalar_type().intern() == ScalarType.Double) {
      double[] values = new double[Math.toIntExact(whole.numel())];
      whole.data_ptr_double().get(values);
      return Nd4j.createFromArray(values).reshape('c', shape);
    }
    float[] values = new float[Math.toIntExact(whole.numel())];
    whole.data_ptr_float().get(values);
    return Nd4j.createFromArray(values).reshape('c', shape);
  }
}
