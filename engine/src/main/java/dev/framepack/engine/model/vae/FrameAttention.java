package dev.framepack.engine.model.vae;

import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.engine.model.nn.LinearLayer;
import dev.framepack.kernels.op.Add;
import dev.framepack.kernels.op.Attention;
import dev.framepack.kernels.op.Permute;

/** One-headed attention in which a position sees every position of its own and earlier frames. */
record FrameAttention(
    String name,
    GroupNormLayer norm,
    LinearLayer query,
    LinearLayer key,
    LinearLayer value,
    LinearLayer out) {

  static FrameAttention of(ParameterScope parent, String name, int channels, int groups) {
    ParameterScope scope = parent.child(name);
    return new FrameAttention(
        name,
        GroupNormLayer.of(scope, "group_norm", channels, groups),
        LinearLayer.of(scope, "to_q", channels, channels),
        LinearLayer.of(scope, "to_k", channels, channels),
        LinearLayer.of(scope, "to_v", channels, channels),
        LinearLayer.of(scope, "to_out.0", channels, channels));
  }

  /** x {@code [B, C, T, H, W]}, output alike. */
  Value apply(GraphBuilder g, Value x) {
    try (var _ = g.scope(name)) {
      long batch = x.size(0);
      long channels = x.size(1);
      int frames = x.size(2);
      int tokensPerFrame = x.size(3) * x.size(4);
      Value tokens = g.op(Permute.of(0, 2, 3, 4, 1), norm.apply(g, x)); // [B, T, H, W, C]
      Value flat = g.reshape(tokens, batch, (long) frames * tokensPerFrame, channels); // [B, N, C]
      Value attended = // [B, N, 1, C]
          g.op(
              new Attention(
                  Attention.Mask.FRAME_CAUSAL, tokensPerFrame, (float) (1 / Math.sqrt(channels))),
              oneHead(g, query.apply(g, flat)),
              oneHead(g, key.apply(g, flat)),
              oneHead(g, value.apply(g, flat)));
      Value projected = out.apply(g, g.reshape(attended, batch, -1, channels)); // [B, N, C]
      Value grid =
          g.reshape(projected, batch, frames, x.size(3), x.size(4), channels); // [B, T, H, W, C]
      return g.op(new Add(), g.op(Permute.of(0, 4, 1, 2, 3), grid), x);
    }
  }

  private static Value oneHead(GraphBuilder g, Value tokens) {
    return g.reshape(tokens, tokens.size(0), tokens.size(1), 1, tokens.size(2));
  }
}
