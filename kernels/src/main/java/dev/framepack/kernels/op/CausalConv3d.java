package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * Convolution over (frames, rows, columns) that never sees a later frame: kt - 1 frames of padding
 * in front, (kh - 1) / 2 and (kw - 1) / 2 on each side in space, all by edge replication
 * (HunyuanVideo VAE, spec section 5).
 *
 * <p>Inputs: x {@code [B, C, T, H, W]}, weight {@code [O, C, kt, kh, kw]} (odd kh, kw), bias {@code
 * [O]}, then a residual of the output's shape when {@code residual}. Output {@code [B, O,
 * (T-1)/strideT+1, (H-1)/strideHw+1, (W-1)/strideHw+1]}.
 */
public record CausalConv3d(int strideT, int strideHw, boolean residual) implements Op {
  public CausalConv3d {
    Check.positive("causal_conv3d", "strideT", strideT);
    Check.positive("causal_conv3d", "strideHw", strideHw);
  }

  public static CausalConv3d unstrided() {
    return new CausalConv3d(1, 1, false);
  }

  @Override
  public String name() {
    return "causal_conv3d";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    return infer(this, inputs);
  }

  /** As {@link #infer(List)}, with faults in the name of another operation. */
  TensorType infer(Op asked, List<TensorType> inputs) {
    Check.inputs(asked, inputs, residual ? 4 : 3);
    TensorType input = Check.floating(asked, inputs, 0, 5);
    Shape x = input.shape();
    Shape w = Check.dtype(asked, inputs, 1, input.dtype(), 5).shape();
    Check.that(w.dim(1) == x.dim(1), asked, "channels of x %s and weight %s must be equal", x, w);
    Check.that(
        w.dim(3) % 2 == 1 && w.dim(4) % 2 == 1, asked, "kernel must be odd in space, found %s", w);
    Check.that(
        x.dim(2) > 0 && x.dim(3) > 0 && x.dim(4) > 0, asked, "x must not be empty, found %s", x);
    Check.shape(asked, inputs, 2, input.dtype(), w.dim(0));
    Shape y =
        Shape.of(
            x.dim(0),
            w.dim(0),
            (x.dim(2) - 1) / strideT + 1,
            (x.dim(3) - 1) / strideHw + 1,
            (x.dim(4) - 1) / strideHw + 1);
    if (residual) {
      Check.shape(asked, inputs, 3, input.dtype(), y.dims());
    }
    return input.withShape(y);
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    Shape w = inputs.get(1).shape();
    return Cost.of(this, inputs, 2 * infer(inputs).shape().elementCount() * w.product(1, w.rank()));
  }

  @Override
  public boolean mayOverwrite(int index) {
    return residual && index == 3;
  }

  @Override
  public Optional<Decomposition> decompose() {
    return residual
        ? Optional.of(
            new Decomposition(
                List.of(
                    Decomposition.step(new CausalConv3d(strideT, strideHw, false), 0, 1, 2),
                    Decomposition.step(new Add(), 4, 3))))
        : Optional.empty();
  }
}
