package io.codonloom.fusion.torch;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * A network's parameters: one flat tensor in Deeplearning4j's order, and each by its name in it.
 */
final class Parameters implements AutoCloseable {
  private final ParameterLayout layout;
  private final Tensor values;
  private final Map<String, Tensor> byName = new LinkedHashMap<>();

  Parameters(ParameterLayout layout, TensorOptions options) {
    this.layout = layout;
    values =
        Scopes.freeing(
            () -> torch.zeros(new long[] {layout.length()}, options).<Tensor>retainReference());
    for (ParameterLayout.Entry entry : layout.entries()) {
      byName.put(entry.name(), Scopes.freeing(() -> leaf(entry).<Tensor>retainReference()));
    }
  }

  /** A view of the flat tensor that gradients are collected for. */
  private Tensor leaf(ParameterLayout.Entry entry) {
    Tensor stored = values.narrow(0, entry.offset(), entry.length()).view(entry.stored());
    Tensor leaf = (entry.turned() ? stored.t() : stored).detach();
    leaf.set_requires_grad(true);
    return leaf;
  }

  ParameterLayout layout() {
    return layout;
  }

  /** All of them, {@code [n]}. */
  Tensor values() {
    return values;
  }

  /** One of them, {@code layer.parameter}. */
  Tensor get(String layer, String parameter) {
    Tensor found = byName.get(layer + "." + parameter);
    if (found == null) {
      throw new IllegalArgumentException("the network has no parameter " + layer + "." + parameter);
    }
    return found;
  }

  /** The gradients that the last backward pass left, {@code [n]}; those of unused ones are 0. */
  Tensor gradient() {
    TensorVector parts = new TensorVector();
    for (ParameterLayout.Entry entry : layout.entries()) {
      Tensor gradient = byName.get(entry.name()).grad();
      if (!gradient.defined()) {
        gradient = torch.zeros_like(byName.get(entry.name()));
      }
      parts.push_back((entry.turned() ? gradient.t() : gradient).reshape(entry.length()));
    }
    return torch.cat(parts, 0);
  }

  void forgetGradients() {
    byName.values().forEach(leaf -> leaf.mutable_grad().reset());
  }

  @Override
  public void close() {
    byName.values().forEach(Tensor::close);
    values.close();
  }
}
