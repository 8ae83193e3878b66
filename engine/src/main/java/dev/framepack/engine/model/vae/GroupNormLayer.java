package dev.framepack.engine.model.vae;

import dev.framepack.engine.binding.Parameter;
import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.kernels.op.Activate;
import dev.framepack.kernels.op.Activation;
import dev.framepack.kernels.op.GroupNorm;

/** Group normalisation over all frames and positions of a window, eps 1e-6. */
record GroupNormLayer(Parameter weight, Parameter bias, int groups) {
  private static final float EPS = 1e-6f;

  static GroupNormLayer of(ParameterScope scope, String name, int channels, int groups) {
    return new GroupNormLayer(
        scope.of(name + ".weight", channels), scope.of(name + ".bias", channels), groups);
  }

  /** x {@code [B, C, T, H, W]}. */
  Value apply(GraphBuilder g, Value x) {
    return g.op(new GroupNorm(groups, EPS, Activation.NONE), x, g.weight(weight), g.weight(bias));
  }

  /** Normalises, then SiLU. */
  Value applySilu(GraphBuilder g, Value x) {
    return g.op(new Activate(Activation.SILU), apply(g, x));
  }
}
