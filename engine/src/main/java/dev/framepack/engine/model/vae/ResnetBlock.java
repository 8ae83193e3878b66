package dev.framepack.engine.model.vae;

import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.kernels.op.Add;
import org.jspecify.annotations.Nullable;

/** Twice (norm, SiLU, convolution), plus the input through a shortcut when channels change. */
record ResnetBlock(
    String name,
    GroupNormLayer norm1,
    CausalConvLayer conv1,
    GroupNormLayer norm2,
    CausalConvLayer conv2,
    @Nullable CausalConvLayer shortcut) {

  static ResnetBlock of(ParameterScope parent, String name, int inputs, int outputs, int groups) {
    ParameterScope scope = parent.child(name);
    return new ResnetBlock(
        name,
        GroupNormLayer.of(scope, "norm1", inputs, groups),
        CausalConvLayer.causal(scope, "conv1", inputs, outputs),
        GroupNormLayer.of(scope, "norm2", outputs, groups),
        CausalConvLayer.causal(scope, "conv2", outputs, outputs),
        inputs == outputs
            ? null
            : CausalConvLayer.pointwise(scope, "conv_shortcut.conv", inputs, outputs));
  }

  /** x {@code [B, inputs, T, H, W]} to {@code [B, outputs, T, H, W]}. */
  Value apply(GraphBuilder g, Value x) {
    try (var _ = g.scope(name)) {
      Value residual = shortcut == null ? x : shortcut.apply(g, x); // [B, outputs, T, H, W]
      Value y = conv1.apply(g, norm1.applySilu(g, x)); // [B, outputs, T, H, W]
      y = conv2.apply(g, norm2.applySilu(g, y)); // [B, outputs, T, H, W]
      return g.op(new Add(), y, residual);
    }
  }
}
