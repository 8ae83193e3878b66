package dev.framepack.engine.graph;

import dev.framepack.engine.binding.WeightStore;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs an unfused graph operation by operation, every value in its own memory, and hands back any
 * named one: the tool for finding where a model leaves its reference.
 */
public final class EagerRunner {
  private final Backend backend;
  private final WeightStore weights;

  public EagerRunner(Backend backend, WeightStore weights) {
    this.backend = backend;
    this.weights = weights;
  }

  /**
   * Runs the graph once.
   *
   * @param inputs every input of the graph by name, on the host, as many bytes as its type
   * @return outputs and taps by name, as F32 values
   */
  public Map<String, float[]> run(Graph recorded, Map<String, MemorySegment> inputs) {
    Graph graph =
        QuantisedWeights.expand(MixedPrecision.assign(recorded, weights.types()), weights.types());
    long bytes = 0;
    for (Node node : graph.nodes()) {
      bytes = Math.addExact(bytes, TensorArena.align(node.type().byteSize()));
    }
    try (TensorArena arena = backend.arena("eager:" + graph.name(), bytes)) {
      List<Tensor> tensors = new ArrayList<>();
      for (int id = 0; id < graph.nodes().size(); id++) {
        tensors.add(evaluate(graph.nodes().get(id), id, tensors, inputs, arena));
      }
      Map<String, Integer> named = new LinkedHashMap<>(graph.taps());
      named.putAll(graph.outputs());
      Map<String, float[]> results = new HashMap<>();
      named.forEach((name, id) -> results.put(name, HostValues.download(backend, tensors.get(id))));
      return results;
    }
  }

  private Tensor evaluate(
      Node node,
      int id,
      List<Tensor> tensors,
      Map<String, MemorySegment> inputs,
      TensorArena arena) {
    return switch (node) {
      case Node.Input input -> {
        MemorySegment given = inputs.get(input.name());
        if (given == null) {
          throw new IllegalArgumentException("EagerRunner: input " + input.name() + " is missing");
        }
        Tensor tensor = arena.allocate(input.name(), input.type());
        backend.upload(given, tensor);
        yield tensor;
      }
      case Node.Weight weight -> weights.tensor(weight.name(), weight.type().shape());
      case Node.Reshape reshape -> tensors.get(reshape.source()).reshape(reshape.type().shape());
      case Node.Call call -> {
        Tensor output = arena.allocate(call.label() + "#" + id, call.type());
        List<Tensor> operands = call.operands().stream().map(tensors::get).toList();
        backend.prepare(List.of(new OpCall(call.op(), operands, output, call.label()))).run();
        yield output;
      }
    };
  }
}
