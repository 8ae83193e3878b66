package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.TensorType;
import java.util.List;

/**
 * {@code sum_i coefficient_i x_i}: every sampler update and guidance step. Coefficients are data,
 * so a recorded graph is replayed with other ones. Inputs: coefficients F32 {@code [terms]}, then
 * x_1..x_terms of one shape.
 */
public record LinearCombination(int terms) implements Op {
  public LinearCombination {
    Check.positive("linear_combination", "terms", terms);
  }

  @Override
  public String name() {
    return "linear_combination";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Check.inputs(this, inputs, terms + 1);
    Check.shape(this, inputs, 0, DType.F32, terms);
    TensorType x = Check.floating(this, inputs, 1);
    for (int i = 2; i <= terms; i++) {
      Check.shape(this, inputs, i, x.dtype(), x.shape().dims());
    }
    return x;
  }

  @Override
  public boolean staysFloat32(int index) {
    return index == 0;
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    return Cost.elementwise(this, inputs, 2L * terms);
  }

  @Override
  public boolean mayOverwrite(int index) {
    return index > 0;
  }
}
