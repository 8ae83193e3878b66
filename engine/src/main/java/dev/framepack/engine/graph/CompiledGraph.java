package dev.framepack.engine.graph;

import dev.framepack.engine.binding.WeightStore;
import dev.framepack.engine.binding.WeightTypes;
import dev.framepack.engine.trace.ProgramEvent;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.Executable;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.Cost;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A graph fused, planned into one arena and prepared on a backend: write the inputs, run, read the
 * outputs, as often as wanted. A run allocates nothing. One thread at a time.
 */
public final class CompiledGraph implements AutoCloseable {
  private final Graph graph;
  private final TensorArena arena;
  private final List<Tensor> tensors;
  private final MemoryPlan plan;
  private final int calls;
  private final Executable executable;

  private CompiledGraph(
      Graph graph,
      TensorArena arena,
      List<Tensor> tensors,
      MemoryPlan plan,
      int calls,
      Executable executable) {
    this.graph = graph;
    this.arena = arena;
    this.tensors = tensors;
    this.plan = plan;
    this.calls = calls;
    this.executable = executable;
  }

  /** What is run of a recorded graph: with its types, fused, quantised weights expanded. */
  public static Graph lower(Graph recorded, WeightTypes types) {
    return QuantisedWeights.expand(Fuser.fuse(MixedPrecision.assign(recorded, types)), types);
  }

  /** Compiles a graph whose inputs all live in its own arena. */
  public static CompiledGraph compile(Graph graph, Backend backend, WeightStore weights) {
    return compile(graph, backend, weights, Map.of());
  }

  /**
   * Compiles a graph.
   *
   * @param bound inputs that live elsewhere (another graph's output, section memory) and are read
   *     in place
   */
  public static CompiledGraph compile(
      Graph recorded, Backend backend, WeightStore weights, Map<String, Tensor> bound) {
    Graph graph = lower(recorded, weights.types());
    MemoryPlan plan = MemoryPlan.of(graph, bound.keySet());
    TensorArena arena = backend.arena("graph:" + graph.name(), plan.arenaBytes());
    try {
      List<Tensor> tensors = new ArrayList<>();
      List<OpCall> program = new ArrayList<>();
      for (int id = 0; id < graph.nodes().size(); id++) {
        Tensor tensor = tensor(graph, id, tensors, plan, arena, weights, bound);
        tensors.add(tensor);
        if (graph.nodes().get(id) instanceof Node.Call call && !plan.isView(id)) {
          program.add(
              new OpCall(
                  call.op(),
                  call.operands().stream().map(tensors::get).toList(),
                  tensor,
                  call.label()));
        }
      }
      return new CompiledGraph(
          graph, arena, tensors, plan, program.size(), backend.prepare(program));
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  private static Tensor tensor(
      Graph graph,
      int id,
      List<Tensor> tensors,
      MemoryPlan plan,
      TensorArena arena,
      WeightStore weights,
      Map<String, Tensor> bound) {
    Node node = graph.nodes().get(id);
    if (node instanceof Node.Weight weight) {
      return weights.tensor(weight.name(), weight.type().shape());
    }
    if (node instanceof Node.Reshape reshape && !plan.isPlaced(id)) {
      return graph.nodes().get(graph.storageOf(id)) instanceof Node.Weight weight
          ? weights.tensor(weight.name(), reshape.type().shape())
          : tensors.get(reshape.source()).reshape(reshape.type().shape());
    }
    if (node instanceof Node.Input input && bound.get(input.name()) instanceof Tensor given) {
      if (!given.type().equals(input.type())) {
        throw new IllegalArgumentException(
            "Graph %s: input %s is %s, bound to %s"
                .formatted(graph.name(), input.name(), input.type(), given.type()));
      }
      return given;
    }
    String name =
        switch (node) {
          case Node.Input input -> input.name();
          case Node.Call call -> call.label() + "." + call.op().name();
          case Node.Reshape ignored -> "reshape";
          case Node.Weight weight -> weight.name();
        };
    return arena.view(name, node.type(), plan.byteOffset(id));
  }

  /** The tensor to fill before a run. It keeps its content between runs. */
  public Tensor input(String name) {
    return named(graph.inputs(), name, "input");
  }

  /** The tensor to read after a run; the next run overwrites it. */
  public Tensor output(String name) {
    return named(graph.outputs(), name, "output");
  }

  private Tensor named(Map<String, Integer> names, String name, String kind) {
    Integer id = names.get(name);
    if (id == null) {
      throw new IllegalArgumentException(
          "Graph %s: no %s named %s, only %s".formatted(graph.name(), kind, name, names.keySet()));
    }
    return tensors.get(id);
  }

  /** Runs every operation once. */
  public void run() {
    ProgramEvent event = new ProgramEvent();
    event.begin();
    executable.run();
    event.end(graph.name(), calls);
  }

  /** What a run executes, for those who time it on its device. */
  public Executable program() {
    return executable;
  }

  /** Arithmetic and least memory traffic of one run. */
  public Cost cost() {
    Cost sum = new Cost(0, 0);
    for (int id = 0; id < graph.nodes().size(); id++) {
      if (graph.nodes().get(id) instanceof Node.Call call && !plan.isView(id)) {
        sum =
            sum.plus(
                call.op()
                    .cost(call.operands().stream().map(o -> graph.nodes().get(o).type()).toList()));
      }
    }
    return sum;
  }

  /** The fused graph, for reports. */
  public Graph graph() {
    return graph;
  }

  /** Bytes of the arena: the planned peak of all values. */
  public long arenaBytes() {
    return plan.arenaBytes();
  }

  /** Bytes the values would take without sharing. */
  public long unsharedBytes() {
    return plan.unsharedBytes();
  }

  /** How many operations of each kind a run performs, by name. */
  public Map<String, Integer> operations() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (int id = 0; id < graph.nodes().size(); id++) {
      if (graph.nodes().get(id) instanceof Node.Call call && !plan.isView(id)) {
        counts.merge(call.op().name(), 1, Integer::sum);
      }
    }
    return counts;
  }

  @Override
  public void close() {
    executable.close();
    arena.close();
  }
}
