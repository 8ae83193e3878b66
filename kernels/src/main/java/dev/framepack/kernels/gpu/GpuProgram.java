package dev.framepack.kernels.gpu;

import dev.framepack.kernels.Executable;
import dev.framepack.kernels.StopSignal;
import dev.framepack.kernels.StoppedException;
import dev.framepack.kernels.gpu.device.DeviceStream;
import dev.framepack.kernels.gpu.device.Launch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * A prepared program: one device graph, replayed on the backend's compute stream; several when it
 * reads streamed weights, one for each group.
 */
final class GpuProgram implements Executable {
  private final List<ProgramPart> parts;
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
      List<ProgramPart> parts,
      int operations,
      DeviceStream stream,
      KernelLibrary library,
      FaultWords.Watch faults) {
    this.faults = faults;
    this.operations = operations;
    this.operationsRun = library.operationsRun();
    this.parts = List.copyOf(parts);
    this.stream = stream;
    Map<String, Long> perRun = new LinkedHashMap<>();
    for (Launch launch : launches()) {
      perRun.merge(launch.function().name(), 1L, Long::sum);
    }
    this.counters = perRun.keySet().stream().map(library::counter).toArray(LongAdder[]::new);
    this.increments = perRun.values().stream().mapToLong(Long::longValue).toArray();
  }

  @Override
  public void run() {
    synchronized (stream) {
      StopSignal.current().check();
      try {
        replay();
      } catch (StoppedException e) { // an emulated device stops between two launches
        faults.forget();
        throw e;
      }
      stream.synchronize();
      faults.check();
    }
    for (int i = 0; i < counters.length; i++) {
      counters[i].add(increments[i]);
    }
    operationsRun.add(operations);
  }

  /** Queues the whole program; the caller holds the stream. */
  void replay() {
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).replay(stream);
    }
  }

  List<Launch> launches() {
    return parts.stream().flatMap(part -> part.graph().launches().stream()).toList();
  }

  @Override
  public void close() {
    parts.forEach(ProgramPart::close);
  }
}
