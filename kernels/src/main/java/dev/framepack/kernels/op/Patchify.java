package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.TensorType;
import java.util.List;

/**
 * Gathers patches into token rows, padding the end of each axis by edge replication to a multiple
 * of the patch (packing at 1x, 2x and 4x, spec section 2; a Linear with the flattened convolution
 * weight follows).
 *
 * <p>Input {@code [B, C, T, H, W]}; output {@code [B, T' H' W', C patchT patchH patchW]} with
 * tokens frame-major, then row, then column, and a token's values ordered (c, pt, ph, pw), c
 * slowest.
 */
public record Patchify(int patchT, int patchH, int patchW) implements Op {
  public Patchify {
    Check.positive("patchify", "patchT", patchT);
    Check.positive("patchify", "patchH", patchH);
    Check.positive("patchify", "patchW", patchW);
  }

  @Override
  public String name() {
    return "patchify";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Check.inputs(this, inputs, 1);
    TensorType x = Check.floating(this, inputs, 0, 5);
    Shape s = x.shape();
    long tokens =
        Math.ceilDiv(s.dim(2), patchT)
            * Math.ceilDiv(s.dim(3), patchH)
            * Math.ceilDiv(s.dim(4), patchW);
    return x.withShape(Shape.of(s.dim(0), tokens, s.dim(1) * patchT * patchH * patchW));
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    return Cost.of(this, inputs, 0);
  }
}
