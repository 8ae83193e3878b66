package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.TensorType;
import java.util.List;

/**
 * {@code x * (1 + scale) + shift} (adaptive layer norm, spec section 2). Inputs: x {@code [B, N,
 * D]}, scale and shift {@code [B, D]} for one modulation per sample or {@code [B, N, D]} for one
 * per token.
 */
public record Modulate() implements Op {
  @Override
  public String name() {
    return "modulate";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    return infer(this, inputs);
  }

  /** The type check for {@code op}, which modulates too. */
  static TensorType infer(Op op, List<TensorType> inputs) {
    Check.inputs(op, inputs, 3);
    TensorType x = Check.floating(op, inputs, 0, 3);
    checkVector(op, x, inputs, 1);
    Check.shape(op, inputs, 2, x.dtype(), inputs.get(1).shape().dims());
    return x;
  }

  /** A modulation vector for x [B, N, D] is [B, D] or [B, N, D]. */
  static void checkVector(Op op, TensorType like, List<TensorType> inputs, int index) {
    Shape x = like.shape();
    Shape vector = Check.dtype(op, inputs, index, like.dtype()).shape();
    Check.that(
        x.rank() == 3 && (vector.equals(x) || vector.equals(Shape.of(x.dim(0), x.dim(2)))),
        op,
        "input %s must be [B, D] or [B, N, D] for %s, found %s",
        index,
        x,
        vector);
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    return Cost.elementwise(this, inputs, 3);
  }

  @Override
  public boolean mayOverwrite(int index) {
    return index == 0;
  }
}
