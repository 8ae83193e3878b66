package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * Group normalisation with statistics over a group's channels and every position, then weight, bias
 * and an optional SiLU. Inputs: x {@code [B, C, ...]}, weight {@code [C]}, bias {@code [C]}; groups
 * divides C.
 *
 * @param activation {@link Activation#NONE} or {@link Activation#SILU}
 */
public record GroupNorm(int groups, float eps, Activation activation) implements Op {
  public GroupNorm {
    Check.positive("group_norm", "groups", groups);
    if (activation != Activation.NONE && activation != Activation.SILU) {
      throw new IllegalArgumentException(
          "group_norm: activation must be NONE or SILU, found " + activation);
    }
  }

  @Override
  public String name() {
    return "group_norm";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Check.inputs(this, inputs, 3);
    TensorType x = Check.floating(this, inputs, 0);
    Check.that(
        x.shape().rank() >= 2 && x.shape().dim(1) % groups == 0,
        this,
        "channels of %s must be a multiple of %s groups",
        x,
        groups);
    Check.shape(this, inputs, 1, x.dtype(), x.shape().dim(1));
    Check.shape(this, inputs, 2, x.dtype(), x.shape().dim(1));
    return x;
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    return Cost.elementwise(this, inputs, activation == Activation.NONE ? 8 : 12);
  }

  @Override
  public boolean mayOverwrite(int index) {
    return index == 0;
  }

  @Override
  public Optional<Decomposition> decompose() {
    return activation == Activation.NONE
        ? Optional.empty()
        : Optional.of(
            new Decomposition(
                List.of(
                    Decomposition.step(new GroupNorm(groups, eps, Activation.NONE), 0, 1, 2),
                    Decomposition.step(new Activate(activation), 3))));
  }
}
