package dev.framepack.engine.model.vae;

import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import org.jspecify.annotations.Nullable;

/** The lowest level: a residual block, attention if the config has it, a residual block. */
record MidBlock(ResnetBlock first, @Nullable FrameAttention attention, ResnetBlock second) {

  static MidBlock of(ParameterScope parent, int channels, int groups, boolean addAttention) {
    ParameterScope scope = parent.child("mid_block");
    return new MidBlock(
        ResnetBlock.of(scope, "resnets.0", channels, channels, groups),
        addAttention ? FrameAttention.of(scope, "attentions.0", channels, groups) : null,
        ResnetBlock.of(scope, "resnets.1", channels, channels, groups));
  }

  /** x {@code [B, C, T, H, W]}, output alike. */
  Value apply(GraphBuilder g, Value x) {
    try (var _ = g.scope("mid_block")) {
      Value y = first.apply(g, x); // [B, C, T, H, W]
      if (attention != null) {
        y = attention.apply(g, y);
      }
      return second.apply(g, y);
    }
  }
}
