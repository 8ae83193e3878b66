package dev.framepack.engine.graph;

import dev.framepack.engine.binding.WeightTypes;
import dev.framepack.kernels.op.Cast;
import dev.framepack.kernels.op.Concat;
import dev.framepack.kernels.op.Op;
import dev.framepack.kernels.op.Patchify;
import dev.framepack.kernels.op.Permute;
import dev.framepack.kernels.op.Slice;
import dev.framepack.kernels.op.Unpatchify;
import dev.framepack.kernels.op.UpsampleNearest3d;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives a graph recorded in F32 the types its weights are kept in. Inputs and outputs stay F32, so
 * that latents, conditioning and samplers know nothing of it:
 *
 * <ul>
 *   <li>an operation computes in the component's type, in F32 when one of its weights is kept so;
 *   <li>operations that only move elements keep the type of what they move;
 *   <li>operands that {@link Op#staysFloat32} names (tables, masks, timesteps) are F32;
 *   <li>casts stand where the types of a value and of its reader differ, an input's cast right
 *       behind it when nothing reads it as F32.
 * </ul>
 */
final class MixedPrecision {
  private record Converted(int id, DType dtype) {}

  private final Graph graph;
  private final WeightTypes types;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<Converted, Integer> casts = new HashMap<>();
  private final boolean[] readAsFloat32;
  private final boolean[] readAsCompute;

  private MixedPrecision(Graph graph, WeightTypes types) {
    this.graph = graph;
    this.types = types;
    this.readAsFloat32 = new boolean[graph.nodes().size()];
    this.readAsCompute = new boolean[graph.nodes().size()];
  }

  /** The graph with types assigned; the same one when everything is F32. */
  static Graph assign(Graph graph, WeightTypes types) {
    return types.compute() == DType.F32 ? graph : new MixedPrecision(graph, types).rewrite();
  }

  private Graph rewrite() {
    findReaders();
    int[] moved = new int[graph.nodes().size()];
    for (int id = 0; id < moved.length; id++) {
      moved[id] =
          switch (graph.nodes().get(id)) {
            case Node.Input input -> input(input, id);
            case Node.Weight weight ->
                append(
                    new Node.Weight(
                        weight.name(),
                        new TensorType(weight.type().shape(), types.of(weight.name()))));
            case Node.Reshape reshape -> {
              int source = moved[reshape.source()];
              yield append(
                  new Node.Reshape(
                      source, nodes.get(source).type().withShape(reshape.type().shape())));
            }
            case Node.Call call -> call(call, moved);
          };
    }
    Map<String, Integer> outputs = new LinkedHashMap<>();
    graph
        .outputs()
        .forEach((name, id) -> outputs.put(name, converted(moved[id], DType.F32, graph.name())));
    return new Graph(
        graph.name(), List.copyOf(nodes), inputs(), outputs, DeadNodes.moved(graph.taps(), moved));
  }

  /** Which types each value is read in, through operations that only move it. */
  private void findReaders() {
    graph.outputs().values().forEach(id -> readAsFloat32[id] = true);
    for (int id = graph.nodes().size() - 1; id >= 0; id--) {
      Node node = graph.nodes().get(id);
      for (int i = 0; i < node.operands().size(); i++) {
        int operand = node.operands().get(i);
        if (node instanceof Node.Call call && !moves(call.op())) {
          boolean float32 = computesInFloat32(call) || call.op().staysFloat32(i);
          readAsFloat32[operand] |= float32;
          readAsCompute[operand] |= !float32;
        } else {
          readAsFloat32[operand] |= readAsFloat32[id];
          readAsCompute[operand] |= readAsCompute[id];
        }
      }
    }
  }

  private int input(Node.Input input, int id) {
    int appended = append(input);
    return readAsCompute[id] && !readAsFloat32[id]
        ? converted(appended, types.compute(), input.name())
        : appended;
  }

  private int call(Node.Call call, int[] moved) {
    DType compute = moves(call.op()) ? movedType(call, moved) : computeType(call);
    List<Integer> operands = new ArrayList<>();
    for (int i = 0; i < call.operands().size(); i++) {
      operands.add(
          converted(
              moved[call.operands().get(i)],
              call.op().staysFloat32(i) ? DType.F32 : compute,
              call.label()));
    }
    TensorType type = call.op().infer(operands.stream().map(id -> nodes.get(id).type()).toList());
    return append(new Node.Call(call.op(), operands, type, call.label()));
  }

  /** True for operations that give elements of their inputs unchanged. */
  static boolean moves(Op op) {
    return switch (op) {
      case Slice _, Permute _, Concat _, Patchify _, Unpatchify _, UpsampleNearest3d _ -> true;
      default -> false;
    };
  }

  /** What the operands are already, the component's type when they differ. */
  private DType movedType(Node.Call call, int[] moved) {
    List<DType> found =
        call.operands().stream().map(id -> nodes.get(moved[id]).type().dtype()).distinct().toList();
    return found.size() == 1 ? found.getFirst() : types.compute();
  }

  private DType computeType(Node.Call call) {
    return computesInFloat32(call) ? DType.F32 : types.compute();
  }

  private boolean computesInFloat32(Node.Call call) {
    for (int id : call.operands()) {
      if (graph.nodes().get(graph.storageOf(id)) instanceof Node.Weight weight
          && types.of(weight.name()) == DType.F32) {
        return true;
      }
    }
    return false;
  }

  /** The value in a type; itself when it has it or is no float. */
  private int converted(int id, DType dtype, String label) {
    TensorType type = nodes.get(id).type();
    if (type.dtype() == dtype || !type.dtype().isFloating()) {
      return id;
    }
    Integer known = casts.get(new Converted(id, dtype));
    if (known == null) {
      TensorType target = new TensorType(type.shape(), dtype);
      known = append(new Node.Call(new Cast(dtype), List.of(id), target, label));
      casts.put(new Converted(id, dtype), known);
    }
    return known;
  }

  private Map<String, Integer> inputs() {
    Map<String, Integer> inputs = new LinkedHashMap<>();
    for (int id = 0; id < nodes.size(); id++) {
      if (nodes.get(id) instanceof Node.Input input) {
        inputs.put(input.name(), id);
      }
    }
    return inputs;
  }

  private int append(Node node) {
    nodes.add(node);
    return nodes.size() - 1;
  }
}
