package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.TensorType;
import java.util.List;

/**
 * Sinusoid of a timestep (spec section 2): {@code freq_i = exp(-ln(10000) i / half)}, half =
 * channels / 2, cosines first, then sines. Input F32 {@code [B]}, output F32 {@code [B, channels]}.
 */
public record TimestepEmbedding(int channels) implements Op {
  public TimestepEmbedding {
    if (channels <= 0 || channels % 2 != 0) {
      throw new IllegalArgumentException(
          "timestep_embedding: channels must be even and positive, found " + channels);
    }
  }

  @Override
  public String name() {
    return "timestep_embedding";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Check.inputs(this, inputs, 1);
    TensorType timestep = Check.dtype(this, inputs, 0, DType.F32, 1);
    return timestep.withShape(Shape.of(timestep.shape().dim(0), channels));
  }

  @Override
  public boolean staysFloat32(int index) {
    return true;
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    return Cost.elementwise(this, inputs, 4);
  }
}
