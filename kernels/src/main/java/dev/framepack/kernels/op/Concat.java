package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.TensorType;
import java.util.List;

/** Joins tensors along one axis. Inputs: one or more, equal in every other axis and in dtype. */
public record Concat(int axis) implements Op {
  @Override
  public String name() {
    return "concat";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Check.that(!inputs.isEmpty(), this, "needs at least one input");
    TensorType first = inputs.get(0);
    Check.axis(this, first, axis);
    long size = 0;
    for (TensorType input : inputs) {
      Check.that(
          input.dtype() == first.dtype()
              && input.shape().rank() == first.shape().rank()
              && input.shape().with(axis, 0).equals(first.shape().with(axis, 0)),
          this,
          "inputs may differ in axis %s only, found %s and %s",
          axis,
          first,
          input);
      size += input.shape().dim(axis);
    }
    return first.withShape(first.shape().with(axis, size));
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    return Cost.of(this, inputs, 0);
  }
}
