package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.TensorType;
import java.util.List;

/**
 * {@code silu(gate) * up}, the Llama feed-forward gate. Inputs: gate and up {@code [...]} of one
 * shape.
 */
public record SwiGlu() implements Op {
  @Override
  public String name() {
    return "swiglu";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Check.inputs(this, inputs, 2);
    TensorType gate = Check.floating(this, inputs, 0);
    Check.shape(this, inputs, 1, gate.dtype(), gate.shape().dims());
    return gate;
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    return Cost.elementwise(this, inputs, 5);
  }

  @Override
  public boolean mayOverwrite(int index) {
    return true;
  }
}
