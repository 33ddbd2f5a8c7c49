package io.codonloom.encoder;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * An ONNX model, built node by node. The numbers of fields are those of onnx.proto.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>
 */
final class OnnxGraph {
  /** An optional input that is left out. */
  static final String NONE = "";

  private static final String MICROSOFT = "com.microsoft";
  private static final int FLOAT = 1;
  private static final int INT64 = 7;
  private static final int EXTERNAL = 1;
  private static final int IR_VERSION = 9;
  private static final int OPSET = 18;

  private final Protobuf graph = new Protobuf().put(2, "encoder");
  private final Set<String> weights = new LinkedHashSet<>();
  private final Set<String> constants = new HashSet<>();
  private int nodes;

  /** A node in the making: attributes first, then its outputs. */
  final class Node {
    private final Protobuf node = new Protobuf();
    private final String name;

    private Node(String domain, String operator, List<String> inputs) {
      name = operator + "_" + nodes++;
      inputs.forEach(input -> node.put(1, input));
      node.put(3, name).put(4, operator);
      if (!domain.isEmpty()) {
        node.put(7, domain);
      }
    }

    Node with(String attribute, int value) {
      node.put(5, new Protobuf().put(1, attribute).put(3, (long) value).put(20, 2));
      return this;
    }

    Node with(String attribute, float value) {
      node.put(5, new Protobuf().put(1, attribute).put(2, value).put(20, 1));
      return this;
    }

    /** Adds the node; gives the name of its one output. */
    String output() {
      return outputs(0)[0];
    }

    /** Adds the node; gives the names of those of its outputs that are wanted. */
    String[] outputs(int... wanted) {
      String[] names = new String[wanted.length];
      int next = 0;
      for (int i = 0; i < wanted.length; i++) {
        for (; next < wanted[i]; next++) {
          node.put(2, NONE);
        }
        names[i] = name + "_" + wanted[i];
        node.put(2, names[i]);
        next++;
      }
      graph.put(1, node);
      return names;
    }
  }

  /** A node of ONNX itself. */
  Node node(String operator, String... inputs) {
    return new Node("", operator, List.of(inputs));
  }

  /** A node of ONNX Runtime's own operators. */
  Node fused(String operator, String... inputs) {
    return new Node(MICROSOFT, operator, List.of(inputs));
  }

  /**
   * A tensor of floats whose content the session is given apart from the model.
   *
   * @return its name
   */
  String weight(String name, List<Long> shape) {
    if (weights.add(name)) {
      Protobuf tensor = new Protobuf();
      long bytes = Float.BYTES;
      for (long size : shape) {
        tensor.put(1, size);
        bytes *= size;
      }
      tensor.put(2, FLOAT).put(8, name);
      tensor.put(13, new Protobuf().put(1, "location").put(2, "memory"));
      tensor.put(13, new Protobuf().put(1, "offset").put(2, "0"));
      tensor.put(13, new Protobuf().put(1, "length").put(2, Long.toString(bytes)));
      graph.put(5, tensor.put(14, EXTERNAL));
    }
    return name;
  }

  /** The names of all {@link #weight weights} so far. */
  Set<String> weights() {
    return weights;
  }

  /** A tensor of floats inside the model. */
  String floats(String name, float[] values, long... shape) {
    if (constants.add(name)) {
      ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      constant(name, FLOAT, bytes.array(), shape);
    }
    return name;
  }

  /** A vector of whole numbers inside the model. */
  String integers(String name, long... values) {
    if (constants.add(name)) {
      ByteBuffer bytes = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asLongBuffer().put(values);
      constant(name, INT64, bytes.array(), values.length);
    }
    return name;
  }

  private void constant(String name, int type, byte[] bytes, long... shape) {
    Protobuf tensor = new Protobuf();
    for (long size : shape) {
      tensor.put(1, size);
    }
    graph.put(5, tensor.put(2, type).put(8, name).put(9, bytes));
  }

  /** An input of whole numbers; dimensions by name. */
  String integerInput(String name, String... dimensions) {
    graph.put(11, value(name, INT64, List.of(dimensions)));
    return name;
  }

  /** Makes {@code source} the model's output of that name. */
  void floatOutput(String name, String source, String... dimensions) {
    graph.put(
        1, new Protobuf().put(1, source).put(2, name).put(3, "output_" + name).put(4, "Identity"));
    graph.put(12, value(name, FLOAT, List.of(dimensions)));
  }

  private static Protobuf value(String name, int type, List<String> dimensions) {
    Protobuf shape = new Protobuf();
    dimensions.forEach(dimension -> shape.put(1, new Protobuf().put(2, dimension)));
    Protobuf tensor = new Protobuf().put(1, type).put(2, shape);
    return new Protobuf().put(1, name).put(2, new Protobuf().put(1, tensor));
  }

  /** The model. */
  byte[] toByteArray() {
    return new Protobuf()
        .put(1, IR_VERSION)
        .put(2, "codonloom")
        .put(7, graph)
        .put(8, new Protobuf().put(1, "").put(2, OPSET))
        .put(8, new Protobuf().put(1, MICROSOFT).put(2, 1))
        .toByteArray();
  }
}
