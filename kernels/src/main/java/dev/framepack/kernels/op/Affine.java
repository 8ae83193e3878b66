package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.TensorType;
import java.util.List;

/** {@code x * scale + shift} with two constants (latent scaling factor, pixel range). */
public record Affine(float scale, float shift) implements Op {
  @Override
  public String name() {
    return "affine";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Check.inputs(this, inputs, 1);
    return Check.floating(this, inputs, 0);
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    return Cost.elementwise(this, inputs, 2);
  }

  @Override
  public boolean mayOverwrite(int index) {
    return index == 0;
  }
}
