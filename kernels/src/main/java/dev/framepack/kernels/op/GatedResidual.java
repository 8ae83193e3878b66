package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.TensorType;
import java.util.List;

/**
 * {@code residual + gate * y}. Inputs: residual {@code [B, N, D]}, gate {@code [B, D]} or {@code
 * [B, N, D]}, y {@code [B, N, D]}.
 */
public record GatedResidual() implements Op {
  @Override
  public String name() {
    return "gated_residual";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Check.inputs(this, inputs, 3);
    TensorType residual = Check.floating(this, inputs, 0, 3);
    Modulate.checkVector(this, residual, inputs, 1);
    Check.shape(this, inputs, 2, residual.dtype(), residual.shape().dims());
    return residual;
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    return Cost.elementwise(this, inputs, 2);
  }

  @Override
  public boolean mayOverwrite(int index) {
    return index == 0 || index == 2;
  }
}
