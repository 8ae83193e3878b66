package dev.framepack.engine.binding;

import dev.framepack.kernels.tensor.DType;
import java.util.Set;

/**
 * The types a component's weights are kept in, which decide what its operations compute in.
 *
 * @param compute F32, BF16 or F16
 * @param float32 names of weights that are F32 all the same
 */
public record WeightTypes(DType compute, Set<String> float32) {
  public static final WeightTypes FLOAT32 = new WeightTypes(DType.F32, Set.of());

  public WeightTypes {
    if (!compute.isFloating()) {
      throw new IllegalArgumentException("WeightTypes: must be F32, BF16 or F16, found " + compute);
    }
    float32 = Set.copyOf(float32);
  }

  /** One type for all weights. */
  public static WeightTypes all(DType compute) {
    return new WeightTypes(compute, Set.of());
  }

  /** Type of a weight. */
  public DType of(String name) {
    return float32.contains(name) ? DType.F32 : compute;
  }
}
