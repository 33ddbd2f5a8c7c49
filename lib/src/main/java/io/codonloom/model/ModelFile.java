package io.codonloom.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.codonloom.UserException;
import io.codonloom.fusion.FusionNetwork;
import io.codonloom.fusion.Optimizer;
import io.codonloom.tensor.SafetensorsFile;
import io.codonloom.tensor.SafetensorsWriter;
import io.codonloom.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A model as one safetensors file: the parameters as tensors {@code layer.parameter}, row-major,
 * and the {@link ModelDescription} as JSON in the metadata under {@value #KEY}. The network is
 * built from the description; nothing is deserialized.
 */
public final class ModelFile {
  /** The layout that this class writes and reads. */
  public static final int FORMAT = 2;

  private static final String KEY = "codonloom";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ModelDescription description;
  private final ComputationGraph network;

  private ModelFile(ModelDescription description, ComputationGraph network) {
    this.description = description;
    this.network = network;
  }

  public ModelDescription description() {
    return description;
  }

  /** The network, ready to predict. */
  public ComputationGraph network() {
    return network;
  }

  /** Writes a model; equal models give equal bytes. */
  public static void write(OutputStream out, ModelDescription description, ComputationGraph network)
      throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    FusionNetwork.parameters(network)
        .forEach(
            (name, values) ->
                tensors.put(
                    name,
                    Tensor.of(
                        values.dup('c').reshape(values.length()).toFloatVector(), values.shape())));
    SafetensorsWriter.write(out, tensors, Map.of(KEY, JSON.writeValueAsString(description)));
  }

  /**
   * Reads a model.
   *
   * @throws UserException if the file is none of ours, or its tensors do not fit its description
   */
  public static ModelFile read(Path path) {
    SafetensorsFile file = SafetensorsFile.open(path);
    ModelDescription description = description(path, file);
    ComputationGraphConfiguration configuration =
        FusionNetwork.configuration(
            description.network(), description.dims(), description.target(), Optimizer.adam(1), 1);
    // Sizes come from the file: they are compared with its tensors before anything is allocated.
    Map<String, List<Long>> shapes = FusionNetwork.parameterShapes(configuration);
    if (!shapes.keySet().equals(file.names())) {
      throw new UserException(
          "%s does not fit its own description: it holds the tensors %s, not %s"
              .formatted(path, file.names(), shapes.keySet()));
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    shapes.forEach((name, shape) -> tensors.put(name, tensor(path, file, name, shape)));

    ComputationGraph network = new ComputationGraph(configuration);
    network.init();
    Map<String, INDArray> parameters = FusionNetwork.parameters(network);
    tensors.forEach(
        (name, tensor) -> {
          INDArray target = parameters.get(name);
          float[] values = tensor.toFloats();
          for (float value : values) {
            if (!Float.isFinite(value)) {
              throw new UserException(
                  "%s: parameters of %s are no numbers; train the model again"
                      .formatted(path, name));
            }
          }
          target.assign(Nd4j.createFromArray(values).reshape('c', target.shape()));
        });
    return new ModelFile(description, network);
  }

  private static ModelDescription description(Path path, SafetensorsFile file) {
    String json = file.metadata().get(KEY);
    if (json == null) {
      throw new UserException(
          "%s is no model of Codonloom: its metadata has no '%s'".formatted(path, KEY));
    }
    try {
      JsonNode tree = JSON.readTree(json);
      // Before all else: another format may have other parts.
      if (tree.path("format").asInt() != FORMAT) {
        throw new UserException(
            String.format(
                Locale.ROOT,
                "%s was written by Codonloom %s in format %s; this version reads format %d",
                path,
                tree.path("codeVersion").asText("of no known version"),
                tree.path("format").asText("unknown"),
                FORMAT));
      }
      ModelDescription description = JSON.treeToValue(tree, ModelDescription.class);
      description
          .reading()
          .correctedCode()
          .ifPresent(
              code -> {
                throw new UserException(
                    "%s was trained under the former table of genetic code %s, which the NCBI has corrected: train it again"
                        .formatted(path, code));
              });
      return description;
    } catch (JsonProcessingException e) {
      throw new UserException(
          "%s: its description cannot be read: %s".formatted(path, e.getOriginalMessage()), e);
    }
  }

  private static Tensor tensor(Path path, SafetensorsFile file, String name, List<Long> shape) {
    Tensor tensor = file.tensor(name);
    if (!tensor.shape().equals(shape)) {
      throw new UserException(
          "%s: tensor %s has the shape %s, its description says %s"
              .formatted(path, name, tensor.shape(), shape));
    }
    return tensor;
  }
}
