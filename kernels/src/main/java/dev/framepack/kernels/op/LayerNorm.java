package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.TensorType;
import java.util.List;

/**
 * Layer normalisation over the last axis: {@code (x - mean) / sqrt(var + eps)}, then {@code *
 * weight + bias} when affine. Inputs: x {@code [..., D]}, then weight {@code [D]} and bias {@code
 * [D]}. Biased variance, as in PyTorch.
 */
public record LayerNorm(boolean affine, float eps) implements Op {
  @Override
  public String name() {
    return "layer_norm";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Check.inputs(this, inputs, affine ? 3 : 1);
    TensorType x = Check.floating(this, inputs, 0);
    long width = Check.lastDim(this, x);
    if (affine) {
      Check.shape(this, inputs, 1, x.dtype(), width);
      Check.shape(this, inputs, 2, x.dtype(), width);
    }
    return x;
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    return Cost.elementwise(this, inputs, affine ? 8 : 6);
  }

  @Override
  public boolean mayOverwrite(int index) {
    return index == 0;
  }
}
