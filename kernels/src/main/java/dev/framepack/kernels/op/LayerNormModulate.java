package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * {@link LayerNorm} without affine, then {@link Modulate}, in one pass. Inputs: x {@code [B, N,
 * D]}, scale, shift as in {@link Modulate}.
 */
public record LayerNormModulate(float eps) implements Op {
  @Override
  public String name() {
    return "layer_norm_modulate";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    return Modulate.infer(this, inputs);
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    return Cost.elementwise(this, inputs, 9);
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
                Decomposition.step(new LayerNorm(false, eps), 0),
                Decomposition.step(new Modulate(), 3, 1, 2))));
  }
}
