package dev.framepack.engine.verify;

import dev.framepack.engine.binding.WeightStore;
import dev.framepack.engine.graph.CompiledGraph;
import dev.framepack.engine.graph.Graph;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.model.nn.HostConstants;
import dev.framepack.kernels.Backend;
import java.util.HashMap;
import java.util.Map;

/** Compiles a graph, runs it once, reads every output. */
final class GraphRun {
  private GraphRun() {}

  static Map<String, float[]> once(
      Graph graph,
      Backend backend,
      WeightStore weights,
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
