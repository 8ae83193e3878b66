package dev.framepack.engine.graph;

import dev.framepack.engine.binding.WeightTypes;
import dev.framepack.kernels.op.Dequantize;
import dev.framepack.kernels.op.Linear;
import dev.framepack.kernels.tensor.QuantFormat;
import dev.framepack.kernels.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Puts an expansion in front of every product whose weight is quantised. Its result is a value like
 * any other: the memory plan gives it bytes for the time of its product, and products one after the
 * other share them.
 */
final class QuantisedWeights {
  private static final int WEIGHT_OF_LINEAR = 1;

  private final Graph graph;
  private final WeightTypes types;
  private final List<Node> nodes = new ArrayList<>();

  /** What the quantised weights among {@link #nodes} are as elements, by id. */
  private final Map<Integer, TensorType> expanded = new HashMap<>();

  private QuantisedWeights(Graph graph, WeightTypes types) {
    this.graph = graph;
    this.types = types;
  }

  /** The graph with expansions; the same one when no weight is quantised. */
  static Graph expand(Graph graph, WeightTypes types) {
    return types.quantised().isEmpty() ? graph : new QuantisedWeights(graph, types).rewrite();
  }

  private Graph rewrite() {
    int[] moved = new int[graph.nodes().size()];
    for (int id = 0; id < moved.length; id++) {
      moved[id] =
          switch (graph.nodes().get(id)) {
            case Node.Weight weight -> weight(weight);
            case Node.Call call -> call(call, moved);
            case Node.Reshape reshape -> {
              requireExpanded(moved[reshape.source()], "a reshape");
              yield append(reshape.moved(moved));
            }
            case Node.Input input -> append(input);
          };
    }
    return new Graph(
        graph.name(),
        List.copyOf(nodes),
        DeadNodes.moved(graph.inputs(), moved),
        DeadNodes.moved(graph.outputs(), moved),
        DeadNodes.moved(graph.taps(), moved));
  }

  private int weight(Node.Weight weight) {
    @Nullable QuantFormat format = types.format(weight.name());
    if (format == null) {
      return append(weight);
    }
    int id = append(new Node.Weight(weight.name(), format.type(weight.type().shape())));
    expanded.put(id, weight.type());
    return id;
  }

  private int call(Node.Call call, int[] moved) {
    List<Integer> operands = new ArrayList<>();
    for (int i = 0; i < call.operands().size(); i++) {
      int operand = moved[call.operands().get(i)];
      if (call.op() instanceof Linear && i == WEIGHT_OF_LINEAR) {
        operands.add(elements(operand, call.label()));
      } else {
        requireExpanded(operand, call.op().name());
        operands.add(operand);
      }
    }
    return append(new Node.Call(call.op(), operands, call.type(), call.label()));
  }

  private int elements(int id, String label) {
    TensorType type = expanded.get(id);
    if (type == null) {
      return id;
    }
    QuantFormat format = Objects.requireNonNull(types.format(((Node.Weight) nodes.get(id)).name()));
    return append(new Node.Call(new Dequantize(format, type.dtype()), List.of(id), type, label));
  }

  private void requireExpanded(int id, String reader) {
    if (expanded.containsKey(id)) {
      throw new IllegalStateException(
          "Graph %s: %s reads the quantised weight %s, which only products can"
              .formatted(graph.name(), reader, ((Node.Weight) nodes.get(id)).name()));
    }
  }

  private int append(Node node) {
    nodes.add(node);
    return nodes.size() - 1;
  }
}
