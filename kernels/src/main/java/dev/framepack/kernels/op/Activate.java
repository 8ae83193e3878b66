package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.TensorType;
import java.util.List;

/** A pointwise non-linearity. Input and output {@code [...]}. */
public record Activate(Activation activation) implements Op {
  @Override
  public String name() {
    return "activate";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Check.inputs(this, inputs, 1);
    return Check.floating(this, inputs, 0);
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    return Cost.elementwise(this, inputs, 4);
  }

  @Override
  public boolean mayOverwrite(int index) {
    return index == 0;
  }
}
