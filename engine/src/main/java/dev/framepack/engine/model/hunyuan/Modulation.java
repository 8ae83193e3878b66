package dev.framepack.engine.model.hunyuan;

import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.kernels.op.Concat;
import dev.framepack.kernels.op.Embedding;
import dev.framepack.kernels.op.Slice;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a {@link ModulationTable} and whose they are.
 *
 * @param rows {@code [B, M]} one for each sample, or {@code [R, M]} to be chosen from
 * @param rowOfToken I32 {@code [1, N]}, the row of each token; null when a sample has one for all
 */
record Modulation(Value rows, @Nullable Value rowOfToken) {

  /** One vector, {@code [B, D]} or {@code [1, N, D]}. */
  Value vector(GraphBuilder g, ModulationTable.Slot slot, int index) {
    Value vectors = slot.vector(g, rows, index); // [B or R, D]
    return rowOfToken == null ? vectors : g.op(new Embedding(), rowOfToken, vectors);
  }

  /** That of some tokens. */
  Modulation of(GraphBuilder g, TokenRange tokens) {
    return rowOfToken == null || tokens.count() == rowOfToken.size(1)
        ? this
        : new Modulation(rows, g.op(new Slice(1, tokens.first(), tokens.count()), rowOfToken));
  }

  /** That of these tokens and then others, which choose from the same rows. */
  Modulation join(GraphBuilder g, Modulation others) {
    return rowOfToken == null || others.rowOfToken == null
        ? this
        : new Modulation(rows, g.op(new Concat(1), rowOfToken, others.rowOfToken));
  }
}
