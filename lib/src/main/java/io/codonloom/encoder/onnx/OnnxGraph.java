package io.codonloom.encoder.onnx;

import io.codonloom.tensor.Half;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private static final int EXTERNAL = 1;
  private static final int IR_VERSION = 9;
  private static final int OPSET = 18;

  private final Protobuf graph = new Protobuf().put(2, "encoder");
  private final Map<String, OnnxType> weights = new LinkedHashMap<>();
  private final Set<String> constants = new HashSet<>();
  private long weightBytes;
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
   * A tensor whose content the session is given apart from the model.
   *
   * @return its name
   */
  String weight(String name, OnnxType type, List<Long> shape) {
    if (weights.put(name, type) == null) {
      Protobuf tensor = new Protobuf();
      long bytes = type.bytes();
      for (long size : shape) {
        tensor.put(1, size);
        bytes *= size;
      }
      tensor.put(2, type.number()).put(8, name);
      tensor.put(13, new Protobuf().put(1, "location").put(2, "memory"));
      tensor.put(13, new Protobuf().put(1, "offset").put(2, "0"));
      tensor.put(13, new Protobuf().put(1, "length").put(2, Long.toString(bytes)));
      graph.put(5, tensor.put(14, EXTERNAL));
      weightBytes += bytes;
    }
    return name;
  }

  /** The names and types of all {@link #weight weights} so far. */
  Map<String, OnnxType> weights() {
    return weights;
  }

  /** What all {@link #weight weights} so far take. */
  long weightBytes() {
    return weightBytes;
  }

  /**
   * A tensor of floats inside the model.
   *
   * @param type FLOAT or FLOAT16
   */
  String floats(String name, OnnxType type, float[] values, long... shape) {
    if (constants.add(name)) {
      ByteBuffer bytes =
          ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
      for (float value : values) {
        if (type == OnnxType.FLOAT16) {
          bytes.putShort(Half.fromFloat(value));
        } else {
          bytes.putFloat(value);
        }
      }
      constant(name, type, bytes.array(), shape);
    }
    return name;
  }

  /** A vector of whole numbers inside the model. */
  String integers(String name, long... values) {
    if (constants.add(name)) {
      ByteBuffer bytes = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asLongBuffer().put(values);
      constant(name, OnnxType.INT64, bytes.array(), values.length);
    }
    return name;
  }

  private void constant(String name, OnnxType type, byte[] bytes, long... shape) {
    Protobuf tensor = new Protobuf();
    for (long size : shape) {
      tensor.put(1, size);
    }
    graph.put(5, tensor.put(2, type.number()).put(8, name).put(9, bytes));
  }

  /** The same numbers in another type. */
  String cast(String x, OnnxType type) {
    return node("Cast", x).with("to", type.number()).output();
  }

  /** An input; dimensions by name. */
  String input(String name, OnnxType type, String... dimensions) {
    graph.put(11, value(name, type, List.of(dimensions)));
    return name;
  }

  /** Makes {@code source}, of single precision, the model's output of that name. */
  void output(String name, String source, String... dimensions) {
    graph.put(
        1, new Protobuf().put(1, source).put(2, name).put(3, "output_" + name).put(4, "Identity"));
    graph.put(12, value(name, OnnxType.FLOAT, List.of(dimensions)));
  }

  private static Protobuf value(String name, OnnxType type, List<String> dimensions) {
    Protobuf shape = new Protobuf();
    dimensions.forEach(dimension -> shape.put(1, new Protobuf().put(2, dimension)));
    Protobuf tensor = new Protobuf().put(1, type.number()).put(2, shape);
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
