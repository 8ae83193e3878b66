package dev.framepack.engine.model.hunyuan;

import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.engine.model.nn.LinearLayer;
import dev.framepack.kernels.op.Concat;
import dev.framepack.kernels.op.MaskedMean;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Prepares the text tokens for the blocks (spec section 2, text refiner): a few self-attention
 * blocks whose gates depend on the timestep and on the mean of the raw text.
 */
record TokenRefiner(
    TimestepTextEmbedding timestepTextEmbedding, LinearLayer projIn, List<RefinerBlock> blocks) {

  static TokenRefiner of(ParameterScope scope, int textWidth, int blockCount, HeadLayout heads) {
    List<RefinerBlock> blocks = new ArrayList<>();
    for (int i = 0; i < blockCount; i++) {
      blocks.add(RefinerBlock.of(scope.child("token_refiner.refiner_blocks." + i), heads));
    }
    return new TokenRefiner(
        TimestepTextEmbedding.of(scope.child("time_text_embed"), textWidth, heads.width(), false),
        LinearLayer.of(scope, "proj_in", textWidth, heads.width()),
        List.copyOf(blocks));
  }

  /**
   * Refines the text for S timesteps.
   *
   * @param timesteps {@code [S]}, sigma * 1000
   * @param text raw text {@code [S, T, textWidth]}, or one text {@code [1, T, textWidth]} for all
   * @param mask real tokens of the text, 1 or 0, {@code [S, T]} or {@code [1, T]}
   * @return {@code [S, T, D]}
   */
  Value apply(GraphBuilder g, Value timesteps, Value text, Value mask) {
    int steps = timesteps.size(0);
    Value pooled = g.op(new MaskedMean(), text, mask); // [S or 1, textWidth]
    Value c = timestepTextEmbedding.apply(g, timesteps, null, pooled); // [S, D]
    Value x = repeatRows(g, projIn.apply(g, text), steps); // [S, T, D]
    Value rowMask = repeatRows(g, mask, steps); // [S, T]
    for (int i = 0; i < blocks.size(); i++) {
      try (GraphBuilder.Scope block = g.scope("refiner_blocks." + i)) {
        x = blocks.get(i).apply(g, x, c, rowMask);
      }
    }
    return x;
  }

  private static Value repeatRows(GraphBuilder g, Value x, int rows) {
    return x.size(0) == rows
        ? x
        : g.op(new Concat(0), Collections.nCopies(rows, x).toArray(Value[]::new));
  }
}
