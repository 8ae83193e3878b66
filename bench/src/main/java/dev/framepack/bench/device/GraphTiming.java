package dev.framepack.bench.device;

import dev.framepack.engine.binding.WeightStore;
import dev.framepack.engine.graph.CompiledGraph;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.kernels.gpu.GpuBackend;
import dev.framepack.kernels.gpu.GpuTimer;
import dev.framepack.kernels.op.Cost;
import java.util.Map;
import java.util.TreeMap;

/**
 * How long a compiled graph takes on a device.
 *
 * @param milliseconds of each run, sorted
 * @param cost of one run
 * @param weightBytes of device memory
 * @param arenaBytes of activations
 * @param launches by kernel, of one run
 */
public record GraphTiming(
    float[] milliseconds,
    Cost cost,
    long weightBytes,
    long arenaBytes,
    Map<String, Integer> launches) {

  /**
   * Times a graph whose inputs are filled.
   *
   * @throws IllegalStateException when an output is not finite, or zero everywhere
   */
  static GraphTiming of(CompiledGraph graph, WeightStore weights, GpuBackend backend, int runs) {
    try (GpuTimer timer = backend.timer()) {
      float[] milliseconds = timer.milliseconds(graph.program(), runs);
      for (String output : graph.graph().outputs().keySet()) {
        requireFinite(output, HostValues.download(backend, graph.output(output)));
      }
      Map<String, Integer> launches = new TreeMap<>();
      GpuBackend.kernelsOf(graph.program()).forEach(k -> launches.merge(k, 1, Integer::sum));
      return new GraphTiming(
          milliseconds, graph.cost(), weights.byteSize(), graph.arenaBytes(), launches);
    }
  }

  public double medianMilliseconds() {
    return milliseconds[milliseconds.length / 2];
  }

  private static void requireFinite(String output, float[] values) {
    double norm = 0;
    for (float value : values) {
      norm += (double) value * value;
    }
    if (!(norm > 0) || !Double.isFinite(norm)) {
      throw new IllegalStateException(output + " is " + norm + " in norm");
    }
  }
}
