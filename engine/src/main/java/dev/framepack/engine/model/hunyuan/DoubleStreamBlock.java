package dev.framepack.engine.model.hunyuan;

import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.engine.model.nn.LinearLayer;
import dev.framepack.kernels.op.Activation;
import dev.framepack.kernels.op.Concat;
import dev.framepack.kernels.op.GatedResidual;
import dev.framepack.kernels.op.Slice;

/**
 * A block with weights of its own for the packed tokens h and the condition tokens c, which meet in
 * one attention over {@code [h ; c]} (spec section 2, double-stream block).
 */
record DoubleStreamBlock(Stream hidden, Stream context) {

  // Order of the modulation vectors of one stream.
  private static final int SHIFT_1 = 0;
  private static final int SCALE_1 = 1;
  private static final int GATE_1 = 2;
  private static final int SHIFT_2 = 3;
  private static final int SCALE_2 = 4;
  private static final int GATE_2 = 5;
  private static final int VECTORS = 6;

  /** One stream's weights. */
  record Stream(
      ModulationTable.Slot modulation,
      HeadProjection query,
      HeadProjection key,
      HeadProjection value,
      LinearLayer output,
      FeedForward feedForward) {

    /** Input of the attention; x {@code [B, n, D]}. */
    Value normalizeForAttention(GraphBuilder g, Value x, Modulation vectors) {
      return modulation.normalize(g, x, vectors, SCALE_1, SHIFT_1);
    }

    /** x {@code [B, n, D]} after the attention's result {@code [B, n, D]} and the feed-forward. */
    Value finish(GraphBuilder g, Value x, Value attended, Modulation vectors) {
      Value gate1 = vectors.vector(g, modulation, GATE_1); // [B, D] or [1, n, D]
      Value h = g.op(new GatedResidual(), x, gate1, output.apply(g, attended)); // [B, n, D]
      Value n = modulation.normalize(g, h, vectors, SCALE_2, SHIFT_2); // [B, n, D]
      Value gate2 = vectors.vector(g, modulation, GATE_2); // [B, D] or [1, n, D]
      return g.op(new GatedResidual(), h, gate2, feedForward.apply(g, n));
    }
  }

  /** Both streams: h {@code [B, packedTokens, D]}, c {@code [B, conditionTokens, D]}. */
  record Streams(Value hidden, Value context) {}

  static DoubleStreamBlock of(
      ParameterScope scope, ModulationTable table, HeadLayout heads, int mlpWidth) {
    int width = heads.width();
    ParameterScope attention = scope.child("attn");
    Stream hidden =
        new Stream(
            table.add(scope, "norm1.linear", VECTORS),
            HeadProjection.normalized(attention, "to_q", "norm_q", heads),
            HeadProjection.normalized(attention, "to_k", "norm_k", heads),
            HeadProjection.of(attention, "to_v", heads),
            LinearLayer.of(attention, "to_out.0", width, width),
            FeedForward.of(scope.child("ff"), width, mlpWidth, Activation.GELU_TANH));
    Stream context =
        new Stream(
            table.add(scope, "norm1_context.linear", VECTORS),
            HeadProjection.normalized(attention, "add_q_proj", "norm_added_q", heads),
            HeadProjection.normalized(attention, "add_k_proj", "norm_added_k", heads),
            HeadProjection.of(attention, "add_v_proj", heads),
            LinearLayer.of(attention, "to_add_out", width, width),
            FeedForward.of(scope.child("ff_context"), width, mlpWidth, Activation.GELU_TANH));
    return new DoubleStreamBlock(hidden, context);
  }

  /** The modulated first norm of h, which TeaCache watches; h {@code [B, packedTokens, D]}. */
  Value modulatedInput(GraphBuilder g, Value h, Modulation modulation) {
    return hidden.normalizeForAttention(g, h, modulation);
  }

  /** One block; the modulation of each stream. */
  Streams apply(
      GraphBuilder g,
      Streams x,
      Modulation ofHidden,
      Modulation ofContext,
      JointAttention attention) {
    Value h = modulatedInput(g, x.hidden(), ofHidden); // [B, packedTokens, D]
    Value c = context.normalizeForAttention(g, x.context(), ofContext); // [B, conditionTokens, D]
    Value q = // [B, N, heads, headDim], N = packedTokens + conditionTokens
        join(g, attention.rotate(g, hidden.query().apply(g, h)), context.query().apply(g, c));
    Value k = join(g, attention.rotate(g, hidden.key().apply(g, h)), context.key().apply(g, c));
    Value v = join(g, hidden.value().apply(g, h), context.value().apply(g, c));
    Value attended = attention.attend(g, q, k, v); // [B, N, D]

    int packedTokens = h.size(1);
    Value attendedH = g.op(new Slice(1, 0, packedTokens), attended); // [B, packedTokens, D]
    Value attendedC = g.op(new Slice(1, packedTokens, c.size(1)), attended);
    return new Streams(
        hidden.finish(g, x.hidden(), attendedH, ofHidden),
        context.finish(g, x.context(), attendedC, ofContext));
  }

  private static Value join(GraphBuilder g, Value h, Value c) {
    return g.op(new Concat(1), h, c);
  }
}
