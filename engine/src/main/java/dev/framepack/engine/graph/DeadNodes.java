package dev.framepack.engine.graph;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Drops what no output needs; inputs stay, because callers name them. */
final class DeadNodes {
  private DeadNodes() {}

  static Graph remove(Graph graph) {
    List<Node> nodes = graph.nodes();
    BitSet alive = new BitSet(nodes.size());
    graph.outputs().values().forEach(alive::set);
    graph.inputs().values().forEach(alive::set);
    for (int id = nodes.size() - 1; id >= 0; id--) {
      if (alive.get(id)) {
        nodes.get(id).operands().forEach(alive::set);
      }
    }
    int[] moved = new int[nodes.size()];
    List<Node> kept = new ArrayList<>();
    for (int id = 0; id < moved.length; id++) {
      moved[id] = kept.size();
      if (alive.get(id)) {
        kept.add(nodes.get(id).moved(moved));
      }
    }
    return new Graph(
        graph.name(),
        List.copyOf(kept),
        moved(graph.inputs(), moved),
        moved(graph.outputs(), moved),
        Map.of());
  }

  static Map<String, Integer> moved(Map<String, Integer> names, int[] moved) {
    Map<String, Integer> result = new LinkedHashMap<>();
    names.forEach((name, id) -> result.put(name, moved[id]));
    return result;
  }
}
