package dev.framepack.engine.model.vae;

import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.engine.model.nn.HostConstants;
import dev.framepack.kernels.op.Concat;
import dev.framepack.kernels.op.Crossfade;
import dev.framepack.kernels.op.Slice;

/** Joins overlapping pieces of a video along one axis. */
record Fade(GraphBuilder g, HostConstants constants) {

  /**
   * The next piece with its first entries faded in from the last entries of the one before: {@code
   * previous (1 - i/n) + next i/n}, n being the overlap or, if less, what the pieces have.
   */
  Value blend(Value previous, Value next, int axis, int overlap) {
    int n = Math.min(overlap, Math.min(previous.size(axis), next.size(axis)));
    if (n == 0) {
      return next;
    }
    Value faded =
        g.op(
            new Crossfade(axis),
            slice(previous, axis, previous.size(axis) - n, n),
            slice(next, axis, 0, n),
            weights(n));
    return n == next.size(axis)
        ? faded
        : g.op(new Concat(axis), faded, slice(next, axis, n, next.size(axis) - n));
  }

  /** At most {@code length} entries from {@code start}; the value itself when that is all of it. */
  Value slice(Value x, int axis, int start, int length) {
    int kept = Math.min(length, x.size(axis) - start);
    return kept == x.size(axis) ? x : g.op(new Slice(axis, start, kept), x);
  }

  private Value weights(int n) {
    float[] previousWeights = new float[n];
    for (int i = 0; i < n; i++) {
      previousWeights[i] = (float) (1 - (double) i / n);
    }
    return constants.declare(g, "fade." + n, previousWeights, n);
  }
}
