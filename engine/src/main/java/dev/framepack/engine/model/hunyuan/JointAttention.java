package dev.framepack.engine.model.hunyuan;

import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.kernels.op.Attention;
import dev.framepack.kernels.op.RotaryEmbedding;
import dev.framepack.kernels.op.Slice;
import org.jspecify.annotations.Nullable;

/**
 * What the attention of every block of one evaluation shares: positions of the packed tokens and,
 * for a batch with texts of several lengths, the keys that are real.
 *
 * @param cos {@code [packedTokens, headDim]}
 * @param sin {@code [packedTokens, headDim]}
 * @param keyMask {@code [B, packedTokens + conditionTokens]} (1 real, 0 padded), or null when every
 *     key is real
 */
record JointAttention(HeadLayout heads, Value cos, Value sin, @Nullable Value keyMask) {

  /** Rotates the packed tokens, which come first; x {@code [B, N, heads, headDim]}. */
  Value rotate(GraphBuilder g, Value x) {
    return g.op(new RotaryEmbedding(RotaryEmbedding.Pairing.ADJACENT), x, cos, sin);
  }

  /** The same positions for queries that are only the given tokens of the sequence. */
  JointAttention from(GraphBuilder g, TokenRange tokens) {
    return new JointAttention(
        heads,
        g.op(new Slice(0, tokens.first(), tokens.count()), cos),
        g.op(new Slice(0, tokens.first(), tokens.count()), sin),
        keyMask);
  }

  /**
   * q {@code [B, Nq, heads, headDim]}, k and v {@code [B, N, heads, headDim]} to {@code [B, Nq,
   * D]}.
   */
  Value attend(GraphBuilder g, Value q, Value k, Value v) {
    Value attended = // [B, N, heads, headDim]
        keyMask == null
            ? g.op(Attention.of(Attention.Mask.NONE, heads.scale()), q, k, v)
            : g.op(Attention.of(Attention.Mask.KEY_PADDING, heads.scale()), q, k, v, keyMask);
    return g.reshape(attended, q.size(0), q.size(1), heads.width());
  }
}
