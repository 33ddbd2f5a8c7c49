package io.codonloom.fusion;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.codonloom.sequence.Modality;
import io.codonloom.tensor.SafetensorsFile;
import io.codonloom.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Against the same networks in PyTorch: see test-data/networks/make_networks.py. */
class PyTorchNetworkTest {
  private static final double TOLERANCE = 1e-4;
  private static final Path FOLDER =
      Path.of(System.getProperty("codonloom.root"), "test-data", "networks");

  record Facts(
      FusionSettings settings,
      List<Modality> modalities,
      Target target,
      Optimizer optimizer,
      int steps) {}

  static Stream<String> networks() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".safetensors") && !name.startsWith("inputs"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void predictsAndLearnsAsInPyTorch(String name) throws IOException {
    SafetensorsFile expected = SafetensorsFile.open(FOLDER.resolve(name));
    Facts facts = facts(expected);
    ComputationGraph network = network(expected, facts, facts.optimizer());
    Map<String, INDArray> parameters = FusionNetwork.parameters(network);
    MultiDataSet batch = batch(facts);

    assertThat(difference(prediction(network, batch), array(expected, "prediction.before")))
        .as("difference of predictions before")
        .isLessThan(TOLERANCE);
    fit(network, batch, facts.steps());
    assertThat(difference(prediction(network, batch), array(expected, "prediction.after")))
        .as("difference of predictions after")
        .isLessThan(TOLERANCE);
    parameters.forEach(
        (parameter, values) ->
            assertThat(difference(values, array(expected, "after." + parameter)))
                .as("difference of %s after", parameter)
                .isLessThan(TOLERANCE));
    assertThat(expected.names()).hasSize(2 * parameters.size() + 2);
  }

  /** What tells Adam with L2 from AdamW is seen after as few steps as these. */
  @ParameterizedTest
  @CsvSource({"mil-l2, ADAMW", "mil-adamw, ADAM"})
  void theOtherKindOfWeightDecayEndsElsewhere(String name, Optimizer.Method other)
      throws IOException {
    SafetensorsFile expected = SafetensorsFile.open(FOLDER.resolve(name + ".safetensors"));
    Facts facts = facts(expected);
    Optimizer wrong =
        new Optimizer(other, facts.optimizer().learningRate(), facts.optimizer().weightDecay());
    ComputationGraph network = network(expected, facts, wrong);
    MultiDataSet batch = batch(facts);
    fit(network, batch, facts.steps());
    assertThat(difference(prediction(network, batch), array(expected, "prediction.after")))
        .isGreaterThan(100 * TOLERANCE);
  }

  private static Facts facts(SafetensorsFile expected) throws IOException {
    return new ObjectMapper().readValue(expected.metadata().get("network"), Facts.class);
  }

  /** The network with the parameters that it had before in PyTorch. */
  private static ComputationGraph network(
      SafetensorsFile expected, Facts facts, Optimizer optimizer) {
    SafetensorsFile inputs = inputs();
    SortedMap<Modality, Integer> dims = new TreeMap<>();
    for (Modality modality : facts.modalities()) {
      dims.put(modality, inputs.tensor(modality.name()).shape().get(2).intValue());
    }
    ComputationGraph network =
        new ComputationGraph(
            FusionNetwork.configuration(facts.settings(), dims, facts.target(), optimizer, 1));
    network.init();
    FusionNetwork.parameters(network)
        .forEach((parameter, values) -> values.assign(array(expected, "before." + parameter)));
    return network;
  }

  private static void fit(ComputationGraph network, MultiDataSet batch, int steps) {
    for (int step = 0; step < steps; step++) {
      network.fit(batch);
    }
  }

  private static SafetensorsFile inputs() {
    return SafetensorsFile.open(FOLDER.resolve("inputs.safetensors"));
  }

  private static MultiDataSet batch(Facts facts) {
    SafetensorsFile inputs = inputs();
    List<INDArray> features = new ArrayList<>();
    List<INDArray> masks = new ArrayList<>();
    for (Modality modality : facts.modalities()) {
      features.add(array(inputs, modality.name()));
      masks.add(array(inputs, modality.name() + ".mask"));
    }
    INDArray labels = array(inputs, facts.target().regression() ? "label" : "class");
    features.add(Nd4j.zeros(DataType.FLOAT, labels.size(0), 2));
    masks.add(null);
    INDArray[] all =
        facts.settings().weighsModalities()
            ? new INDArray[] {
              labels, Nd4j.zeros(DataType.FLOAT, labels.size(0), facts.modalities().size())
            }
            : new INDArray[] {labels};
    return new MultiDataSet(
        features.toArray(INDArray[]::new), all, masks.toArray(INDArray[]::new), null);
  }

  private static INDArray prediction(ComputationGraph network, MultiDataSet batch) {
    return network.output(false, batch.getFeatures(), batch.getFeaturesMaskArrays(), null)[0];
  }

  private static INDArray array(SafetensorsFile file, String name) {
    Tensor tensor = file.tensor(name);
    long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
    return Nd4j.createFromArray(tensor.toFloats()).reshape('c', shape);
  }

  private static double difference(INDArray actual, INDArray expected) {
    assertThat(actual.length()).isEqualTo(expected.length());
    INDArray difference = actual.dup('c').reshape('c', expected.shape()).subi(expected);
    return Examples.largest(difference);
  }
}
