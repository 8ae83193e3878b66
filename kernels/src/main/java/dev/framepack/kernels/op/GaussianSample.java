package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.TensorType;
import java.util.List;

/**
 * Draw of the VAE posterior: {@code mean + exp(clamp(logvar, -30, 20) / 2) noise} (spec section 5).
 * Inputs: moments {@code [B, 2C, ...]} (mean, then logvar along axis 1), noise {@code [B, C, ...]};
 * all F32, output like noise.
 */
public record GaussianSample() implements Op {
  @Override
  public String name() {
    return "gaussian_sample";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Check.inputs(this, inputs, 2);
    TensorType moments = Check.dtype(this, inputs, 0, DType.F32);
    TensorType noise = Check.dtype(this, inputs, 1, DType.F32);
    Check.that(
        moments.shape().rank() >= 2
            && noise.shape().rank() == moments.shape().rank()
            && noise.shape().with(1, 2 * noise.shape().dim(1)).equals(moments.shape()),
        this,
        "noise must be %s with half the channels, found %s",
        moments,
        noise);
    return noise;
  }

  @Override
  public boolean staysFloat32(int index) {
    return true;
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    return Cost.elementwise(this, inputs, 6);
  }
}
