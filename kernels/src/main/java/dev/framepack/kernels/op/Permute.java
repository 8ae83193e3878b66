package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.TensorType;
import java.util.List;
import java.util.stream.IntStream;

/** Reorders axes: output axis i is input axis {@code order.get(i)}. Any dtype. */
public record Permute(List<Integer> order) implements Op {
  public Permute {
    order = List.copyOf(order);
  }

  public static Permute of(Integer... order) {
    return new Permute(List.of(order));
  }

  @Override
  public String name() {
    return "permute";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Check.inputs(this, inputs, 1);
    TensorType x = inputs.get(0);
    Check.that(
        order.stream()
            .sorted()
            .toList()
            .equals(IntStream.range(0, x.shape().rank()).boxed().toList()),
        this,
        "%s is no order of the axes of %s",
        order,
        x);
    return x.withShape(Shape.of(order.stream().mapToLong(axis -> x.shape().dim(axis)).toArray()));
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    return Cost.of(this, inputs, 0);
  }
}
