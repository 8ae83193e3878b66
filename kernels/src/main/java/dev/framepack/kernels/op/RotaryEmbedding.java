package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.TensorType;
import java.util.List;

/**
 * Rotary position embedding from tables: {@code x cos + rot(x) sin}.
 *
 * <p>Inputs: x {@code [B, N, heads, d]}, cos and sin F32 {@code [R, d]} with R at most N: the first
 * R tokens are rotated, the rest (text after packed latents) pass unchanged.
 */
public record RotaryEmbedding(Pairing pairing) implements Op {

  /** Which elements form a rotated pair. */
  public enum Pairing {
    /** rot(x)[2i] = -x[2i+1], rot(x)[2i+1] = x[2i] (HunyuanVideo). */
    ADJACENT,
    /** rot(x)[i] = -x[i+d/2], rot(x)[i+d/2] = x[i] (Llama). */
    HALVES
  }

  @Override
  public String name() {
    return "rotary_embedding";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Check.inputs(this, inputs, 3);
    return infer(this, inputs, 1);
  }

  /** The type check for {@code op}, which rotates too and has its tables at another index. */
  static TensorType infer(Op op, List<TensorType> inputs, int cosInput) {
    TensorType x = Check.floating(op, inputs, 0, 4);
    Shape table = Check.dtype(op, inputs, cosInput, DType.F32, 2).shape();
    Check.that(
        table.dim(0) <= x.shape().dim(1)
            && table.dim(1) == x.shape().dim(3)
            && table.dim(1) % 2 == 0,
        op,
        "tables must be [at most N, even d] for x %s, found %s",
        x.shape(),
        table);
    Check.shape(op, inputs, cosInput + 1, DType.F32, table.dims());
    return x;
  }

  @Override
  public boolean staysFloat32(int index) {
    return index > 0;
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
