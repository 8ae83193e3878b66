package dev.framepack.engine.model.vae;

import dev.framepack.engine.binding.Parameter;
import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.kernels.op.CausalConv3d;

/**
 * A causal convolution with a cubic kernel: weight {@code [out, in, k, k, k]}, bias {@code [out]}.
 */
record CausalConvLayer(Parameter weight, Parameter bias, Stride stride) {

  /** Kernel 3, as the checkpoint names it: {@code name.conv.weight}. */
  static CausalConvLayer causal(
      ParameterScope scope, String name, int inputs, int outputs, Stride stride) {
    return of(scope.child(name), "conv", inputs, outputs, 3, stride);
  }

  /** Kernel 3, no stride. */
  static CausalConvLayer causal(ParameterScope scope, String name, int inputs, int outputs) {
    return causal(scope, name, inputs, outputs, Stride.NONE);
  }

  /** Kernel 1, no stride: {@code name.weight}. */
  static CausalConvLayer pointwise(ParameterScope scope, String name, int inputs, int outputs) {
    return of(scope, name, inputs, outputs, 1, Stride.NONE);
  }

  private static CausalConvLayer of(
      ParameterScope scope, String name, int inputs, int outputs, int kernel, Stride stride) {
    return new CausalConvLayer(
        scope.of(name + ".weight", outputs, inputs, kernel, kernel, kernel),
        scope.of(name + ".bias", outputs),
        stride);
  }

  /** x {@code [B, in, T, H, W]} to {@code [B, out, T', H', W']}. */
  Value apply(GraphBuilder g, Value x) {
    return g.op(
        new CausalConv3d(stride.time(), stride.space(), false),
        x,
        g.weight(weight),
        g.weight(bias));
  }
}
