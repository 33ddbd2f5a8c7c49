package io.codonloom.fusion.torch;

import io.codonloom.fusion.FusionNetwork;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where each named parameter lies in the flat vector of a Deeplearning4j network, so that another
 * engine can compute on that vector as it is.
 *
 * @param entries in the order of the vector, without gaps
 */
public record ParameterLayout(List<Entry> entries) implements Serializable {
  /**
   * One parameter.
   *
   * @param name {@code layer.parameter}
   * @param columnMajor whether the numbers of a column lie one after the other
   * @param decays whether the weight decay acts on it
   */
  record Entry(String name, List<Long> shape, long offset, boolean columnMajor, boolean decays)
      implements Serializable {
    long length() {
      return shape.stream().reduce(1L, (a, b) -> a * b);
    }

    /** Whether rows and columns lie the other way around in the vector. */
    boolean turned() {
      return columnMajor && shape.size() == 2;
    }

    /** Rows and columns as they lie in the vector, or the one length. */
    long[] stored() {
      return turned()
          ? new long[] {shape.get(1), shape.get(0)}
          : shape.stream().mapToLong(Long::longValue).toArray();
    }
  }

  public ParameterLayout {
    entries = List.copyOf(entries);
    long next = 0;
    for (Entry entry : entries) {
      if (entry.offset() != next) {
        throw new IllegalArgumentException(
            "%s does not follow the parameter before it".formatted(entry.name()));
      }
      next += entry.length();
    }
  }

  /** The layout of an initialized network. */
  public static ParameterLayout of(ComputationGraph network) {
    Set<String> weights = new HashSet<>();
    for (Layer layer : network.getLayers()) {
      org.deeplearning4j.nn.conf.layers.Layer configuration = layer.conf().getLayer();
      for (String key : layer.paramTable().keySet()) {
        if (configuration.initializer().isWeightParam(configuration, key)) {
          weights.add(configuration.getLayerName() + "." + key);
        }
      }
    }
    long start = network.params().offset();
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<String, INDArray> parameter : FusionNetwork.parameters(network).entrySet()) {
      INDArray values = parameter.getValue();
      List<Long> shape = new ArrayList<>();
      for (long size : values.shape()) {
        shape.add(size);
      }
      entries.add(
          new Entry(
              parameter.getKey(),
              List.copyOf(shape),
              values.offset() - start,
              values.ordering() == 'f',
              weights.contains(parameter.getKey())));
    }
    entries.sort((a, b) -> Long.compare(a.offset(), b.offset()));
    ParameterLayout layout = new ParameterLayout(entries);
    if (layout.length() != network.params().length()) {
      throw new IllegalArgumentException("a parameter of the network has no name");
    }
    return layout;
  }

  /** Numbers in the flat vector. */
  public long length() {
    return entries.stream().mapToLong(Entry::length).sum();
  }
}
