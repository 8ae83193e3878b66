package dev.framepack.engine.model;

import dev.framepack.engine.binding.ArenaWeightStore;
import dev.framepack.engine.graph.CompiledGraph;
import dev.framepack.engine.graph.Graph;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.model.nn.HostConstants;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.cpu.reference.ReferenceBackend;
import dev.framepack.kernels.cpu.vector.VectorBackend;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Runs a recorded model on golden weights. */
public final class ModelHarness {
  private ModelHarness() {}

  /** Both CPU backends, each with two threads. */
  public static Stream<Backend> backends() {
    return Stream.of(new ReferenceBackend(2), new VectorBackend(2));
  }

  /** Compiles and runs a graph once; every output by name. */
  public static Map<String, float[]> run(
      Backend backend,
      ArenaWeightStore weights,
      Graph graph,
      HostConstants constants,
      Map<String, float[]> inputs) {
    try (CompiledGraph compiled = CompiledGraph.compile(graph, backend, weights)) {
      constants.upload(backend, compiled);
      inputs.forEach((name, values) -> HostValues.upload(backend, values, compiled.input(name)));
      compiled.run();
      Map<String, float[]> outputs = new HashMap<>();
      graph
          .outputs()
          .keySet()
          .forEach(name -> outputs.put(name, HostValues.download(backend, compiled.output(name))));
      return outputs;
    }
  }
}
