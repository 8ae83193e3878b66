package dev.framepack.engine.model.hunyuan;

import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.engine.model.nn.LinearLayer;
import dev.framepack.kernels.op.Activate;
import dev.framepack.kernels.op.Activation;
import dev.framepack.kernels.op.Concat;
import dev.framepack.kernels.op.GatedResidual;

/**
 * A block over the one sequence {@code x = [h ; c]} with attention and feed-forward side by side:
 * {@code x += gate * proj_out([attention(n), GELU(proj_mlp(n))])} (spec section 2, single-stream
 * block).
 */
record SingleStreamBlock(
    ModulationTable.Slot modulation,
    HeadProjection query,
    HeadProjection key,
    HeadProjection value,
    LinearLayer projMlp,
    LinearLayer projOut) {

  // Order of the modulation vectors.
  private static final int SHIFT = 0;
  private static final int SCALE = 1;
  private static final int GATE = 2;
  private static final int VECTORS = 3;

  static SingleStreamBlock of(
      ParameterScope scope, ModulationTable table, HeadLayout heads, int mlpWidth) {
    int width = heads.width();
    ParameterScope attention = scope.child("attn");
    return new SingleStreamBlock(
        table.add(scope, "norm.linear", VECTORS),
        HeadProjection.normalized(attention, "to_q", "norm_q", heads),
        HeadProjection.normalized(attention, "to_k", "norm_k", heads),
        HeadProjection.of(attention, "to_v", heads),
        LinearLayer.of(scope, "proj_mlp", width, mlpWidth),
        LinearLayer.of(scope, "proj_out", (long) width + mlpWidth, width));
  }

  /** x {@code [B, N, D]}, the packed tokens first. */
  Value apply(GraphBuilder g, Value x, Modulation modulations, JointAttention attention) {
    Value n = modulation.normalize(g, x, modulations, SCALE, SHIFT); // [B, N, D]
    Value q = attention.rotate(g, query.apply(g, n)); // [B, N, heads, headDim]
    return finish(g, x, n, q, n, modulations, attention, attention);
  }

  /**
   * The block's result for some packed tokens only: after the last block nobody reads the others,
   * which still serve as keys and values.
   *
   * @return {@code [B, tokens.count(), D]}
   */
  Value applyTo(
      TokenRange tokens,
      GraphBuilder g,
      Value x,
      Modulation modulations,
      JointAttention attention) {
    Value n = modulation.normalize(g, x, modulations, SCALE, SHIFT); // [B, N, D]
    Value own = tokens.of(g, n); // [B, count, D]
    JointAttention queries = attention.from(g, tokens);
    Value q = queries.rotate(g, query.apply(g, own)); // [B, count, heads, headDim]
    return finish(g, tokens.of(g, x), own, q, n, modulations.of(g, tokens), queries, attention);
  }

  /** x, own, q, modulations and queries of the tokens to compute; n and keys of all tokens. */
  private Value finish(
      GraphBuilder g,
      Value x,
      Value own,
      Value q,
      Value n,
      Modulation modulations,
      JointAttention queries,
      JointAttention keys) {
    Value k = keys.rotate(g, key.apply(g, n)); // [B, N, heads, headDim]
    Value v = value.apply(g, n); // [B, N, heads, headDim]
    Value attended = queries.attend(g, q, k, v); // [B, count, D]
    Value mlp = // [B, count, mlpWidth]
        g.op(new Activate(Activation.GELU_TANH), projMlp.apply(g, own));
    Value y = projOut.apply(g, g.op(new Concat(2), attended, mlp)); // [B, count, D]
    return g.op(new GatedResidual(), x, modulations.vector(g, modulation, GATE), y);
  }
}
