package dev.framepack.kernels.gpu;

import dev.framepack.kernels.Executable;
import dev.framepack.kernels.gpu.device.DeviceGraph;
import dev.framepack.kernels.gpu.device.DeviceStream;
import dev.framepack.kernels.gpu.device.Launch;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** A prepared program: one device graph, replayed on the backend's compute stream. */
final class GpuProgram implements Executable {
  private final DeviceGraph graph;
  private final DeviceStream stream;
  private final LongAdder[] counters;
  private final long[] increments;
  private final FaultWords.Watch faults;
  private final LongAdder operationsRun;
  private final int operations;

  /**
   * @param operations that the launches carry out
   */
  GpuProgram(
      DeviceGraph graph,
      int operations,
      DeviceStream stream,
      KernelLibrary library,
      FaultWords.Watch faults) {
    this.faults = faults;
    this.operations = operations;
    this.operationsRun = library.operationsRun();
    this.graph = graph;
    this.stream = stream;
    Map<String, Long> perRun = new LinkedHashMap<>();
    for (Launch launch : graph.launches()) {
      perRun.merge(launch.function().name(), 1L, Long::sum);
    }
    this.counters = perRun.keySet().stream().map(library::counter).toArray(LongAdder[]::new);
    this.increments = perRun.values().stream().mapToLong(Long::longValue).toArray();
  }

  @Override
  public void run() {
    synchronized (stream) {
      stream.replay(graph);
      stream.synchronize();
      faults.check();
    }
    for (int i = 0; i < counters.length; i++) {
      counters[i].add(increments[i]);
    }
    operationsRun.add(operations);
  }

  DeviceGraph graph() {
    return graph;
  }

  @Override
  public void close() {
    graph.close();
  }
}
