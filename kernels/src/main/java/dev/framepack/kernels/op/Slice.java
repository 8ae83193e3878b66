package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.TensorType;
import java.util.List;

/** {@code length} entries of one axis from {@code start}. Any dtype. */
public record Slice(int axis, long start, long length) implements Op {
  @Override
  public String name() {
    return "slice";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Check.inputs(this, inputs, 1);
    TensorType x = inputs.get(0);
    Check.axis(this, x, axis);
    Check.that(
        start >= 0 && length >= 0 && start + length <= x.shape().dim(axis),
        this,
        "%s..%s is outside axis %s of %s",
        start,
        start + length,
        axis,
        x);
    return x.withShape(x.shape().with(axis, length));
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    return new Cost(0, 2 * infer(inputs).byteSize());
  }
}
