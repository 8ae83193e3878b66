package dev.framepack.engine.model.hunyuan;

import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.kernels.op.Slice;

/** Consecutive tokens of a sequence. */
record TokenRange(int first, int count) {

  /** x {@code [B, N, D]} to {@code [B, count, D]}. */
  Value of(GraphBuilder g, Value x) {
    return count == x.size(1) ? x : g.op(new Slice(1, first, count), x);
  }
}
