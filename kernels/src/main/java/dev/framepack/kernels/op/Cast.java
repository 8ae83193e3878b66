package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.TensorType;
import java.util.List;

/**
 * Converts to another float type, rounding to nearest even. Input F32, BF16 or F16; target
 * likewise.
 */
public record Cast(DType target) implements Op {
  @Override
  public String name() {
    return "cast";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Check.inputs(this, inputs, 1);
    TensorType x = inputs.get(0);
    for (DType dtype : List.of(x.dtype(), target)) {
      Check.that(dtype.isFloating(), this, "converts floats only, found %s", dtype);
    }
    return new TensorType(x.shape(), target);
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    return Cost.of(this, inputs, 0);
  }
}
