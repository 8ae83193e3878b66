package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * {@link UpsampleNearest3d}, then an unstrided {@link CausalConv3d}, without the enlarged tensor in
 * between: taps that fall on the same source element can be added beforehand, which leaves 2 of 3
 * per axis when the scale is 2.
 *
 * <p>Inputs: x {@code [B, C, T, H, W]}, weight {@code [O, C, kt, kh, kw]} (odd kh, kw), bias {@code
 * [O]}. Output {@code [B, O, 1 + (T-1) scaleT, H scaleHw, W scaleHw]}.
 */
public record UpsampleConv3d(int scaleT, int scaleHw) implements Op {
  @Override
  public String name() {
    return "upsample_conv3d";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Check.inputs(this, inputs, 3);
    Check.floating(this, inputs, 0, 5);
    TensorType enlarged = new UpsampleNearest3d(scaleT, scaleHw).infer(inputs.subList(0, 1));
    return CausalConv3d.unstrided().infer(this, List.of(enlarged, inputs.get(1), inputs.get(2)));
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    long taps = inputs.get(1).shape().product(1, 5);
    return Cost.of(this, inputs, 2 * infer(inputs).shape().elementCount() * taps);
  }

  @Override
  public Optional<Decomposition> decompose() {
    return Optional.of(
        new Decomposition(
            List.of(
                Decomposition.step(new UpsampleNearest3d(scaleT, scaleHw), 0),
                Decomposition.step(CausalConv3d.unstrided(), 3, 1, 2))));
  }
}
