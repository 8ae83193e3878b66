package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.TensorType;
import java.util.List;

/**
 * Rescaled classifier-free guidance: {@code r cfg std(positive) / std(cfg) + (1 - r) cfg}, unbiased
 * std over everything but the batch (spec section 3). Inputs: r F32 {@code [1]}, cfg {@code [B,
 * ...]}, positive of the same shape.
 */
public record GuidanceRescale() implements Op {
  @Override
  public String name() {
    return "guidance_rescale";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Check.inputs(this, inputs, 3);
    Check.shape(this, inputs, 0, DType.F32, 1);
    TensorType cfg = Check.floating(this, inputs, 1);
    Check.shape(this, inputs, 2, cfg.dtype(), cfg.shape().dims());
    return cfg;
  }

  @Override
  public boolean staysFloat32(int index) {
    return index == 0;
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    return Cost.elementwise(this, inputs, 8);
  }

  @Override
  public boolean mayOverwrite(int index) {
    return index == 1;
  }
}
