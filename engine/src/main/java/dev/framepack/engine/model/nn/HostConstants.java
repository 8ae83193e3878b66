package dev.framepack.engine.model.nn;

import dev.framepack.engine.graph.CompiledGraph;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.graph.Value;
import dev.framepack.kernels.Backend;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tables computed on the host while a graph is recorded (rotary angles, fade weights). They are
 * inputs of the graph that are filled once after compiling. Not thread-safe.
 */
public final class HostConstants {
  private final Map<String, float[]> values = new LinkedHashMap<>();
  private final Map<String, Value> recorded = new HashMap<>();

  /** An F32 input under this name; asking again for the same name gives the same value. */
  public Value declare(GraphBuilder g, String name, float[] content, long... dims) {
    values.putIfAbsent(name, content);
    return recorded.computeIfAbsent(name, n -> g.input(n, dims));
  }

  /** Input name to content. */
  public Map<String, float[]> values() {
    return Collections.unmodifiableMap(values);
  }

  /** Fills the inputs of the compiled graph; they keep their content over its runs. */
  public void upload(Backend backend, CompiledGraph graph) {
    values.forEach((name, content) -> HostValues.upload(backend, content, graph.input(name)));
  }
}
