package dev.framepack.engine.model.hunyuan;

import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.engine.model.nn.LinearLayer;
import dev.framepack.kernels.op.Activate;
import dev.framepack.kernels.op.Activation;
import dev.framepack.kernels.op.Concat;
import dev.framepack.kernels.op.LayerNorm;
import dev.framepack.kernels.op.Modulate;
import dev.framepack.kernels.op.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All modulation vectors of the model side by side in one row of width {@link #width}. They depend
 * on (timestep, guidance, pooled text) alone, so a row per sampling step is computed once per video
 * and the blocks cut their vectors out of it: {@code Linear(SiLU(temb))} of every adaptive norm
 * (spec section 2).
 */
final class ModulationTable {
  private final int tokenWidth;
  private final List<Slot> slots = new ArrayList<>();
  private int width;

  ModulationTable(int tokenWidth) {
    this.tokenWidth = tokenWidth;
  }

  /** The vectors of one adaptive norm: {@code linear} and where its results lie in a row. */
  record Slot(LinearLayer linear, int offset, int vectors, int tokenWidth) {

    /** Vector {@code index} of a row of modulations {@code [B, M]} as {@code [B, D]}. */
    Value vector(GraphBuilder g, Value modulation, int index) {
      if (index < 0 || index >= vectors) {
        throw new IndexOutOfBoundsException(
            "ModulationTable: vector %s of %s".formatted(index, vectors));
      }
      long start = offset + (long) index * tokenWidth;
      return g.op(new Slice(modulation.shape().rank() - 1, start, tokenWidth), modulation);
    }

    /** {@code LN(x) * (1 + scale) + shift}; x {@code [B, N, D]}. */
    Value normalize(
        GraphBuilder g, Value x, Modulation modulation, int scaleIndex, int shiftIndex) {
      Value normalized = g.op(new LayerNorm(false, PackedTransformer.NORM_EPS), x); // [B, N, D]
      Value scale = modulation.vector(g, this, scaleIndex); // [B, D] or [1, N, D]
      Value shift = modulation.vector(g, this, shiftIndex); // [B, D] or [1, N, D]
      return g.op(new Modulate(), normalized, scale, shift);
    }
  }

  /** Declares an adaptive norm's Linear and gives it its place in the row. */
  Slot add(ParameterScope scope, String name, int vectors) {
    LinearLayer linear = LinearLayer.of(scope, name, tokenWidth, (long) vectors * tokenWidth);
    Slot slot = new Slot(linear, width, vectors, tokenWidth);
    slots.add(slot);
    width = Math.addExact(width, Math.multiplyExact(vectors, tokenWidth));
    return slot;
  }

  /** Names of the weights behind the table. */
  Set<String> parameterNames() {
    return slots.stream()
        .flatMap(slot -> slot.linear().names().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Values in a row, M. */
  int width() {
    return width;
  }

  /** temb {@code [S, D]} to all modulations {@code [S, M]}. */
  Value project(GraphBuilder g, Value temb) {
    Value activated = g.op(new Activate(Activation.SILU), temb); // [S, D]
    Value[] parts = slots.stream().map(s -> s.linear().apply(g, activated)).toArray(Value[]::new);
    return g.op(new Concat(1), parts); // [S, M]
  }
}
