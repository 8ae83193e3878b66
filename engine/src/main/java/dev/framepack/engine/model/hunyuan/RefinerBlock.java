package dev.framepack.engine.model.hunyuan;

import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.engine.model.nn.LayerNormLayer;
import dev.framepack.engine.model.nn.LinearLayer;
import dev.framepack.kernels.op.Activate;
import dev.framepack.kernels.op.Activation;
import dev.framepack.kernels.op.Attention;
import dev.framepack.kernels.op.GatedResidual;
import dev.framepack.kernels.op.Slice;

/**
 * One block of the text refiner: {@code x += gate_a * attention(LN(x))}, {@code x += gate_m *
 * FF(LN(x))} with {@code (gate_a, gate_m) = Linear(SiLU(c))} (spec section 2).
 */
record RefinerBlock(
    HeadLayout heads,
    LayerNormLayer norm1,
    HeadProjection query,
    HeadProjection key,
    HeadProjection value,
    LinearLayer output,
    LayerNormLayer norm2,
    FeedForward feedForward,
    LinearLayer gates) {

  /** The refiner's feed-forward is this many times as wide as a token, whatever mlp_ratio says. */
  private static final int FEED_FORWARD_RATIO = 4;

  static RefinerBlock of(ParameterScope scope, HeadLayout heads) {
    int width = heads.width();
    ParameterScope attention = scope.child("attn");
    return new RefinerBlock(
        heads,
        LayerNormLayer.of(scope, "norm1", width, PackedTransformer.NORM_EPS),
        HeadProjection.of(attention, "to_q", heads),
        HeadProjection.of(attention, "to_k", heads),
        HeadProjection.of(attention, "to_v", heads),
        LinearLayer.of(attention, "to_out.0", width, width),
        LayerNormLayer.of(scope, "norm2", width, PackedTransformer.NORM_EPS),
        FeedForward.of(
            scope.child("ff"), width, (long) FEED_FORWARD_RATIO * width, Activation.SILU),
        LinearLayer.of(scope, "norm_out.linear", width, 2L * width));
  }

  /** x {@code [S, T, D]}, c {@code [S, D]}, mask {@code [S, T]}. */
  Value apply(GraphBuilder g, Value x, Value c, Value mask) {
    int width = heads.width();
    Value gate = gates.apply(g, g.op(new Activate(Activation.SILU), c)); // [S, 2D]
    Value gateAttention = g.op(new Slice(1, 0, width), gate); // [S, D]
    Value gateFeedForward = g.op(new Slice(1, width, width), gate); // [S, D]

    Value n = norm1.apply(g, x); // [S, T, D]
    Value attended = // [S, T, heads, headDim]
        g.op(
            Attention.of(Attention.Mask.PAIRWISE_PADDING, heads.scale()),
            query.apply(g, n),
            key.apply(g, n),
            value.apply(g, n),
            mask);
    Value joined = g.reshape(attended, x.shape().dims()); // [S, T, D]
    Value h = g.op(new GatedResidual(), x, gateAttention, output.apply(g, joined)); // [S, T, D]
    Value mlp = feedForward.apply(g, norm2.apply(g, h)); // [S, T, D]
    return g.op(new GatedResidual(), h, gateFeedForward, mlp);
  }
}
