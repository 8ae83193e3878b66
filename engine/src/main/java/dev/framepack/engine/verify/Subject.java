package dev.framepack.engine.verify;

import dev.framepack.engine.Precision;
import dev.framepack.engine.binding.WeightTypes;
import dev.framepack.engine.graph.Graph;
import dev.framepack.engine.graph.RoundingDepth;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.weights.Component;

/**
 * What is held against the reference outputs.
 *
 * @param precision what the models compute in
 */
public record Subject(Backend backend, Precision precision) {

  /** Of a half-precision output: see {@link #tolerance}. */
  static final double ROUNDING_FACTOR = 0.75;

  DType type(Component component) {
    return precision.of(component, backend);
  }

  /** True when some component computes in half precision. */
  boolean isHalf() {
    for (Component component : Component.values()) {
      if (type(component) != DType.F32) {
        return true;
      }
    }
    return false;
  }

  /**
   * Largest relative L2 of a module's output. In F32 {@link GoldenCase#MODULE_TOLERANCE}. In half
   * precision a value that n operations in sequence have rounded is off by n errors of at most u,
   * independent and of either sign, which add up to a multiple of {@code u sqrt(n)}; u is 2^-8 for
   * BF16 and 2^-11 for F16. The factor is measured, see the engine's README.
   *
   * @param recorded the graph that makes the output
   * @param name of an output or tap
   */
  double tolerance(Graph recorded, WeightTypes types, String name) {
    if (types.compute() == DType.F32) {
      return GoldenCase.MODULE_TOLERANCE;
    }
    double unitRoundoff = types.compute() == DType.BF16 ? 0x1p-8 : 0x1p-11;
    int rounded = RoundingDepth.of(recorded, types, name);
    return GoldenCase.MODULE_TOLERANCE + ROUNDING_FACTOR * unitRoundoff * Math.sqrt(rounded);
  }
}
