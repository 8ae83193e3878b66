package dev.framepack.engine.graph;

import dev.framepack.engine.binding.WeightTypes;
import dev.framepack.kernels.tensor.DType;

/** How many operations in sequence round a value to half precision. */
public final class RoundingDepth {
  private RoundingDepth() {}

  /**
   * The longest chain of rounding operations behind an output or tap, its weights' own rounding
   * included; 0 in F32. Operations that only move elements round nothing.
   *
   * @throws IllegalArgumentException when the graph has no such name
   */
  public static int of(Graph recorded, WeightTypes types, String name) {
    Graph graph = MixedPrecision.assign(recorded, types);
    Integer id = graph.outputs().getOrDefault(name, graph.taps().get(name));
    if (id == null) {
      throw new IllegalArgumentException("Graph %s: no value %s".formatted(graph.name(), name));
    }
    int[] depth = new int[graph.nodes().size()];
    for (int node = 0; node <= id; node++) {
      depth[node] = depth(graph.nodes().get(node), depth);
    }
    return depth[id];
  }

  private static int depth(Node node, int[] depth) {
    int longest = 0;
    for (int operand : node.operands()) {
      longest = Math.max(longest, depth[operand]);
    }
    boolean half = node.type().dtype() == DType.BF16 || node.type().dtype() == DType.F16;
    boolean rounds =
        node instanceof Node.Weight
            || (node instanceof Node.Call call && !MixedPrecision.moves(call.op()));
    return half && rounds ? longest + 1 : longest;
  }
}
