package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.TensorType;
import java.util.List;

/**
 * {@code mean |a - b| / mean |b|} (TeaCache, spec section 3). Inputs: a and b of one shape; output
 * F32 {@code [1]}.
 */
public record RelativeL1() implements Op {
  @Override
  public String name() {
    return "relative_l1";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Check.inputs(this, inputs, 2);
    TensorType a = Check.floating(this, inputs, 0);
    Check.shape(this, inputs, 1, a.dtype(), a.shape().dims());
    return TensorType.f32(1);
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    return Cost.of(this, inputs, 4 * inputs.get(0).shape().elementCount());
  }
}
