package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * {@link RmsNorm} per head, then {@link RotaryEmbedding}, in one pass (q and k of the transformer).
 * Inputs: x {@code [B, N, heads, d]}, weight {@code [d]}, cos and sin {@code [R, d]}.
 */
public record RmsNormRotary(float eps, RotaryEmbedding.Pairing pairing) implements Op {
  @Override
  public String name() {
    return "rms_norm_rotary";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Check.inputs(this, inputs, 4);
    TensorType x = Check.floating(this, inputs, 0);
    Check.shape(this, inputs, 1, x.dtype(), Check.lastDim(this, x));
    return RotaryEmbedding.infer(this, inputs, 2);
  }

  @Override
  public boolean staysFloat32(int index) {
    return index > 1;
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    return Cost.elementwise(this, inputs, 7);
  }

  @Override
  public boolean mayOverwrite(int index) {
    return index == 0;
  }

  @Override
  public Optional<Decomposition> decompose() {
    return Optional.of(
        new Decomposition(
            List.of(
                Decomposition.step(new RmsNorm(eps), 0, 1),
                Decomposition.step(new RotaryEmbedding(pairing), 4, 2, 3))));
  }
}
