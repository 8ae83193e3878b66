package dev.framepack.engine.model.nn;

import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.kernels.op.Activate;
import dev.framepack.kernels.op.Activation;
import dev.framepack.kernels.op.Add;
import dev.framepack.kernels.op.Attention;

/**
 * A transformer layer that normalises before attention and before the feed-forward, as CLIP and
 * SigLIP have it, under their common names.
 */
public record EncoderLayer(
    String name,
    int heads,
    Activation activation,
    LayerNormLayer norm1,
    LinearLayer query,
    LinearLayer key,
    LinearLayer value,
    LinearLayer out,
    LayerNormLayer norm2,
    LinearLayer up,
    LinearLayer down) {

  /** Widths and settings of every layer of a stack. */
  public record Sizes(
      int width, int feedForwardWidth, int heads, float eps, Activation activation) {}

  /** Declares the layer's weights below {@code parent.name}. */
  public static EncoderLayer of(ParameterScope parent, String name, Sizes sizes) {
    ParameterScope scope = parent.child(name);
    ParameterScope attention = scope.child("self_attn");
    int width = sizes.width();
    return new EncoderLayer(
        name,
        sizes.heads(),
        sizes.activation(),
        LayerNormLayer.of(scope, "layer_norm1", width, sizes.eps()),
        LinearLayer.of(attention, "q_proj", width, width),
        LinearLayer.of(attention, "k_proj", width, width),
        LinearLayer.of(attention, "v_proj", width, width),
        LinearLayer.of(attention, "out_proj", width, width),
        LayerNormLayer.of(scope, "layer_norm2", width, sizes.eps()),
        LinearLayer.of(scope, "mlp.fc1", width, sizes.feedForwardWidth()),
        LinearLayer.of(scope, "mlp.fc2", sizes.feedForwardWidth(), width));
  }

  /** x {@code [B, N, width]}, output alike. */
  public Value apply(GraphBuilder g, Value x, Attention.Mask mask) {
    try (var _ = g.scope(name)) {
      long headDim = x.size(2) / heads;
      Value n = norm1.apply(g, x); // [B, N, width]
      Value attended = // [B, N, heads, headDim]
          g.op(
              Attention.of(mask, (float) (1 / Math.sqrt(headDim))),
              split(g, query.apply(g, n)),
              split(g, key.apply(g, n)),
              split(g, value.apply(g, n)));
      Value joined = g.reshape(attended, x.shape().dims()); // [B, N, width]
      Value y = g.op(new Add(), out.apply(g, joined), x); // [B, N, width]
      Value hidden = g.op(new Activate(activation), up.apply(g, norm2.apply(g, y)));
      return g.op(new Add(), down.apply(g, hidden), y);
    }
  }

  private Value split(GraphBuilder g, Value x) {
    return g.reshape(x, x.size(0), x.size(1), heads, x.size(2) / heads);
  }
}
