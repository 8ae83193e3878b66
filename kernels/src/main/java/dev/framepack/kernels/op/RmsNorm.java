package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.TensorType;
import java.util.List;

/**
 * {@code x / sqrt(mean(x^2) + eps) * weight} over the last axis. Inputs: x {@code [..., D]}, weight
 * {@code [D]}.
 */
public record RmsNorm(float eps) implements Op {
  @Override
  public String name() {
    return "rms_norm";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Check.inputs(this, inputs, 2);
    TensorType x = Check.floating(this, inputs, 0);
    Check.shape(this, inputs, 1, x.dtype(), Check.lastDim(this, x));
    return x;
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
