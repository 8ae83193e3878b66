package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.TensorType;
import java.util.List;

/**
 * {@code w a + (1 - w) b} with one weight per entry of an axis: temporal windows, tiles, section
 * overlap (spec sections 4 and 5). Inputs: a and b of one shape, w F32 {@code [size of the axis]}.
 */
public record Crossfade(int axis) implements Op {
  @Override
  public String name() {
    return "crossfade";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Check.inputs(this, inputs, 3);
    TensorType a = Check.floating(this, inputs, 0);
    Check.shape(this, inputs, 1, a.dtype(), a.shape().dims());
    Check.shape(this, inputs, 2, DType.F32, a.shape().dim(Check.axis(this, a, axis)));
    return a;
  }

  @Override
  public boolean staysFloat32(int index) {
    return index == 2;
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    return Cost.elementwise(this, inputs, 3);
  }

  @Override
  public boolean mayOverwrite(int index) {
    return index < 2;
  }
}
