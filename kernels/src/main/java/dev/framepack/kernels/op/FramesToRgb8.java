package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.TensorType;
import java.util.List;

/**
 * Decoded frames in -1..1 to bytes (spec section 9). Input {@code [1, 3, T, H, W]}, output U8
 * {@code [T, H, W, 3]}.
 */
public record FramesToRgb8(Rounding rounding) implements Op {

  /** How a value becomes a byte. */
  public enum Rounding {
    /** {@code trunc(127.5 clamp(x, -1, 1) + 127.5)} (profile framepack). */
    TRUNCATE,
    /** {@code rint(255 clamp(x / 2 + 0.5, 0, 1))} (profile diffusers). */
    NEAREST_EVEN
  }

  @Override
  public String name() {
    return "frames_to_rgb8";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Check.inputs(this, inputs, 1);
    Shape x = Check.floating(this, inputs, 0, 5).shape();
    Check.that(x.dim(0) == 1 && x.dim(1) == 3, this, "frames must be [1, 3, T, H, W], found %s", x);
    return new TensorType(Shape.of(x.dim(2), x.dim(3), x.dim(4), 3), DType.U8);
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    return Cost.elementwise(this, inputs, 4);
  }
}
