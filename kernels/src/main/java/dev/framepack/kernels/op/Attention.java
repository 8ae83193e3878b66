package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.TensorType;
import java.util.List;

/**
 * Scaled dot-product attention, softmax over keys in one pass.
 *
 * <p>Inputs: q {@code [B, Nq, heads, d]}, k and v {@code [B, Nk, kvHeads, d]} with heads a multiple
 * of kvHeads (grouped-query; query head i reads key head {@code i / (heads / kvHeads)}), then a key
 * mask F32 {@code [B, Nk]} (1 real, 0 padded) for the two padding masks. Output {@code [B, Nq,
 * heads, d]}. A row with no open key yields zeros.
 *
 * @param mask which keys a query sees
 * @param tokensPerFrame positions of one frame, for {@link Mask#FRAME_CAUSAL} only
 * @param scale factor on q k before the softmax, usually {@code 1 / sqrt(d)}
 */
public record Attention(Mask mask, int tokensPerFrame, float scale) implements Op {

  /** Which keys a query sees. */
  public enum Mask {
    /** All. */
    NONE,
    /** Those at or before its own position (Nq = Nk). */
    CAUSAL,
    /** Those of its own and earlier frames (Nq = Nk). */
    FRAME_CAUSAL,
    /** Those the key mask opens; padded queries too. */
    KEY_PADDING,
    /** Those where query and key are both real; key 0 is open to every query (text refiner). */
    PAIRWISE_PADDING
  }

  public static Attention of(Mask mask, float scale) {
    return new Attention(mask, 0, scale);
  }

  /** True when a key mask is the fourth input. */
  public boolean hasKeyMask() {
    return mask == Mask.KEY_PADDING || mask == Mask.PAIRWISE_PADDING;
  }

  @Override
  public String name() {
    return "attention";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Check.inputs(this, inputs, hasKeyMask() ? 4 : 3);
    TensorType query = Check.floating(this, inputs, 0, 4);
    Shape q = query.shape();
    Shape k = Check.dtype(this, inputs, 1, query.dtype(), 4).shape();
    Check.that(
        k.dim(0) == q.dim(0) && k.dim(3) == q.dim(3) && k.dim(2) > 0 && q.dim(2) % k.dim(2) == 0,
        this,
        "k must be [B, Nk, a divisor of heads, d] for q %s, found %s",
        q,
        k);
    Check.shape(this, inputs, 2, query.dtype(), k.dims());
    if (hasKeyMask()) {
      Check.shape(this, inputs, 3, DType.F32, k.dim(0), k.dim(1));
    }
    if (mask != Mask.NONE && mask != Mask.KEY_PADDING) {
      Check.that(
          q.dim(1) == k.dim(1), this, "%s needs as many keys as queries: %s, %s", mask, q, k);
    }
    if (mask == Mask.FRAME_CAUSAL) {
      Check.that(
          tokensPerFrame > 0 && q.dim(1) % tokensPerFrame == 0,
          this,
          "tokens %s must be a multiple of tokensPerFrame %s",
          q.dim(1),
          tokensPerFrame);
    }
    return query;
  }

  @Override
  public boolean staysFloat32(int index) {
    return index == 3;
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    return Cost.of(
        this, inputs, 4 * inputs.get(0).shape().elementCount() * inputs.get(1).shape().dim(1));
  }
}
