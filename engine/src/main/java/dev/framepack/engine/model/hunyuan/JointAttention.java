package dev.framepack.engine.model.hunyuan;

import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.kernels.op.Attention;
import dev.framepack.kernels.op.Concat;
import dev.framepack.kernels.op.RotaryEmbedding;
import dev.framepack.kernels.op.Slice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the attention of every block of one evaluation shares: positions of the packed tokens, for a
 * batch with texts of several lengths the keys that are real, and who may see whom.
 *
 * @param cos {@code [packedTokens, headDim]}
 * @param sin {@code [packedTokens, headDim]}
 * @param keyMask {@code [B, packedTokens + conditionTokens]} (1 real, 0 padded), or null when every
 *     key is real
 * @param causalSpans consecutive queries from the first one on, each with what it may see; empty
 *     when everybody sees everything
 */
record JointAttention(
    HeadLayout heads, Value cos, Value sin, @Nullable Value keyMask, List<CausalSpan> causalSpans) {

  /**
   * Queries that see the condition and some packed tokens.
   *
   * @param queries how many, consecutive
   * @param packedKeys they see that many packed tokens from the first one on
   * @param packedTokens how many there are
   */
  record CausalSpan(int queries, int packedKeys, int packedTokens) {}

  JointAttention {
    causalSpans = List.copyOf(causalSpans);
  }

  /** Rotates the packed tokens, which come first; x {@code [B, N, heads, headDim]}. */
  Value rotate(GraphBuilder g, Value x) {
    return g.op(new RotaryEmbedding(RotaryEmbedding.Pairing.ADJACENT), x, cos, sin);
  }

  /** The same for queries that are only the given packed tokens of the sequence. */
  JointAttention from(GraphBuilder g, TokenRange tokens) {
    return new JointAttention(
        heads,
        g.op(new Slice(0, tokens.first(), tokens.count()), cos),
        g.op(new Slice(0, tokens.first(), tokens.count()), sin),
        keyMask,
        spans(tokens));
  }

  private List<CausalSpan> spans(TokenRange tokens) {
    List<CausalSpan> own = new ArrayList<>();
    int first = 0;
    for (CausalSpan span : causalSpans) {
      int from = Math.max(first, tokens.first());
      int to = Math.min(first + span.queries(), tokens.first() + tokens.count());
      if (from < to) {
        own.add(new CausalSpan(to - from, span.packedKeys(), span.packedTokens()));
      }
      first += span.queries();
    }
    return own;
  }

  /**
   * q {@code [B, Nq, heads, headDim]}, k and v {@code [B, N, heads, headDim]} to {@code [B, Nq,
   * D]}.
   */
  Value attend(GraphBuilder g, Value q, Value k, Value v) {
    Value attended; // [B, Nq, heads, headDim]
    if (!causalSpans.isEmpty()) {
      attended = attendSpans(g, q, k, v);
    } else if (keyMask == null) {
      attended = g.op(Attention.of(Attention.Mask.NONE, heads.scale()), q, k, v);
    } else {
      attended = g.op(Attention.of(Attention.Mask.KEY_PADDING, heads.scale()), q, k, v, keyMask);
    }
    return g.reshape(attended, q.size(0), q.size(1), heads.width());
  }

  private Value attendSpans(GraphBuilder g, Value q, Value k, Value v) {
    List<Value> parts = new ArrayList<>();
    int first = 0;
    for (CausalSpan span : causalSpans) {
      Value queries = g.op(new Slice(1, first, span.queries()), q);
      parts.add(
          g.op(
              Attention.of(Attention.Mask.NONE, heads.scale()),
              queries,
              visible(g, k, span),
              visible(g, v, span)));
      first += span.queries();
    }
    return parts.size() == 1 ? parts.getFirst() : g.op(new Concat(1), parts.toArray(Value[]::new));
  }

  private static Value visible(GraphBuilder g, Value x, CausalSpan span) {
    int packed = span.packedTokens();
    if (span.packedKeys() == packed) {
      return x;
    }
    Value condition = g.op(new Slice(1, packed, x.size(1) - packed), x);
    return span.packedKeys() == 0
        ? condition
        : g.op(new Concat(1), g.op(new Slice(1, 0, span.packedKeys()), x), condition);
  }
}
