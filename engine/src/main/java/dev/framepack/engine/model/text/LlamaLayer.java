package dev.framepack.engine.model.text;

import dev.framepack.engine.binding.Parameter;
import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.engine.model.nn.LinearLayer;
import dev.framepack.kernels.op.Add;
import dev.framepack.kernels.op.Attention;
import dev.framepack.kernels.op.RmsNorm;
import dev.framepack.kernels.op.RotaryEmbedding;
import dev.framepack.kernels.op.SwiGlu;
import dev.framepack.weights.config.LlamaConfig;

/** A Llama decoder layer: grouped-query causal attention and a SiLU-gated feed-forward. */
record LlamaLayer(
    String name,
    int headDim,
    RmsNorm norm,
    Parameter attentionNorm,
    LinearLayer query,
    LinearLayer key,
    LinearLayer value,
    LinearLayer out,
    Parameter feedForwardNorm,
    LinearLayer gate,
    LinearLayer up,
    LinearLayer down) {

  static LlamaLayer of(ParameterScope parent, String name, LlamaConfig config) {
    ParameterScope scope = parent.child(name);
    ParameterScope attention = scope.child("self_attn");
    ParameterScope feedForward = scope.child("mlp");
    int width = config.hiddenSize();
    int inner = config.intermediateSize();
    int queries = config.numAttentionHeads() * config.headDim();
    int keys = config.numKeyValueHeads() * config.headDim();
    return new LlamaLayer(
        name,
        config.headDim(),
        new RmsNorm((float) config.rmsNormEps()),
        scope.of("input_layernorm.weight", width),
        LinearLayer.withoutBias(attention, "q_proj", width, queries),
        LinearLayer.withoutBias(attention, "k_proj", width, keys),
        LinearLayer.withoutBias(attention, "v_proj", width, keys),
        LinearLayer.withoutBias(attention, "o_proj", queries, width),
        scope.of("post_attention_layernorm.weight", width),
        LinearLayer.withoutBias(feedForward, "gate_proj", width, inner),
        LinearLayer.withoutBias(feedForward, "up_proj", width, inner),
        LinearLayer.withoutBias(feedForward, "down_proj", inner, width));
  }

  /** x {@code [B, N, width]}, tables {@code [N, headDim]}; output like x. */
  Value apply(GraphBuilder g, Value x, Value cos, Value sin) {
    try (var _ = g.scope(name)) {
      RotaryEmbedding rotary = new RotaryEmbedding(RotaryEmbedding.Pairing.HALVES);
      Value n = g.op(norm, x, g.weight(attentionNorm)); // [B, N, width]
      Value attended = // [B, N, heads, headDim]
          g.op(
              Attention.of(Attention.Mask.CAUSAL, (float) (1 / Math.sqrt(headDim))),
              g.op(rotary, split(g, query.apply(g, n)), cos, sin),
              g.op(rotary, split(g, key.apply(g, n)), cos, sin),
              split(g, value.apply(g, n)));
      Value joined = g.reshape(attended, x.size(0), x.size(1), -1); // [B, N, heads * headDim]
      Value y = g.op(new Add(), out.apply(g, joined), x); // [B, N, width]
      n = g.op(norm, y, g.weight(feedForwardNorm));
      Value gated = g.op(new SwiGlu(), gate.apply(g, n), up.apply(g, n)); // [B, N, inner]
      return g.op(new Add(), down.apply(g, gated), y);
    }
  }

  /** {@code [B, N, heads * headDim]} to {@code [B, N, heads, headDim]}. */
  private Value split(GraphBuilder g, Value x) {
    return g.reshape(x, x.size(0), x.size(1), -1, headDim);
  }
}
