package dev.framepack.engine.binding;

import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.QuantFormat;
import dev.framepack.kernels.tensor.TensorType;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The types a component's weights are kept in, which decide what its operations compute in.
 *
 * @param compute F32, BF16 or F16
 * @param float32 names of weights that are F32 all the same
 * @param quantised matrices that lie in a quantised format and are expanded where they are used
 */
public record WeightTypes(DType compute, Set<String> float32, Map<String, QuantFormat> quantised) {
  public static final WeightTypes FLOAT32 = all(DType.F32);

  public WeightTypes {
    if (!compute.isFloating()) {
      throw new IllegalArgumentException("WeightTypes: must be F32, BF16 or F16, found " + compute);
    }
    float32 = Set.copyOf(float32);
    quantised = Map.copyOf(quantised);
  }

  public WeightTypes(DType compute, Set<String> float32) {
    this(compute, float32, Map.of());
  }

  /** One type for all weights. */
  public static WeightTypes all(DType compute) {
    return new WeightTypes(compute, Set.of());
  }

  /** These, with some matrices quantised. */
  public WeightTypes withQuantised(Map<String, QuantFormat> formats) {
    return new WeightTypes(compute, float32, formats);
  }

  /** Type a weight is computed with. */
  public DType of(String name) {
    return float32.contains(name) ? DType.F32 : compute;
  }

  /** Format of a quantised weight, or null. */
  public @Nullable QuantFormat format(String name) {
    return quantised.get(name);
  }

  /** Shape and type of a weight in memory. */
  public TensorType stored(Parameter parameter) {
    QuantFormat format = format(parameter.name());
    return format == null
        ? new TensorType(parameter.shape(), of(parameter.name()))
        : format.type(parameter.shape());
  }
}
