package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.TensorType;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of a table. Inputs: ids I32 {@code [...]}, table {@code [V, D]}; output {@code [..., D]}. An
 * id outside the table is an error.
 */
public record Embedding() implements Op {
  @Override
  public String name() {
    return "embedding";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Check.inputs(this, inputs, 2);
    TensorType ids = Check.dtype(this, inputs, 0, DType.I32);
    TensorType table = Check.floating(this, inputs, 1, 2);
    long[] dims = Arrays.copyOf(ids.shape().dims(), ids.shape().rank() + 1);
    dims[dims.length - 1] = table.shape().dim(1);
    return table.withShape(Shape.of(dims));
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    return new Cost(0, 2 * infer(inputs).byteSize() + inputs.get(0).byteSize());
  }
}
