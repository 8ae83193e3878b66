package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.TensorType;
import java.util.List;

/**
 * Mean of the rows a 0/1 mask keeps (pooled raw text, spec section 2). Inputs: x {@code [B, N, D]},
 * mask F32 {@code [B, N]}; output {@code [B, D]}.
 */
public record MaskedMean() implements Op {
  @Override
  public String name() {
    return "masked_mean";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Check.inputs(this, inputs, 2);
    TensorType x = Check.floating(this, inputs, 0, 3);
    Check.shape(this, inputs, 1, DType.F32, x.shape().dim(0), x.shape().dim(1));
    return x.withShape(Shape.of(x.shape().dim(0), x.shape().dim(2)));
  }

  @Override
  public boolean staysFloat32(int index) {
    return index == 1;
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    return Cost.of(this, inputs, 2 * inputs.get(0).shape().elementCount());
  }
}
