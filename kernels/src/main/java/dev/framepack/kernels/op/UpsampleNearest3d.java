package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.TensorType;
import java.util.List;

/**
 * Nearest-neighbour upsampling in which the first frame is only enlarged in space, so that a causal
 * video keeps 1 + n k frames (spec section 5). Input {@code [B, C, T, H, W]}, output {@code [B, C,
 * 1 + (T-1) scaleT, H scaleHw, W scaleHw]}.
 */
public record UpsampleNearest3d(int scaleT, int scaleHw) implements Op {
  public UpsampleNearest3d {
    Check.positive("upsample_nearest3d", "scaleT", scaleT);
    Check.positive("upsample_nearest3d", "scaleHw", scaleHw);
  }

  @Override
  public String name() {
    return "upsample_nearest3d";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Check.inputs(this, inputs, 1);
    TensorType x = Check.floating(this, inputs, 0, 5);
    Check.that(x.shape().dim(2) > 0, this, "needs at least one frame, found %s", x);
    return x.withShape(
        x.shape()
            .with(2, 1 + (x.shape().dim(2) - 1) * scaleT)
            .with(3, x.shape().dim(3) * scaleHw)
            .with(4, x.shape().dim(4) * scaleHw));
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    return Cost.of(this, inputs, 0);
  }
}
