package dev.framepack.kernels.gpu;

import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.gpu.device.DeviceGraph;
import dev.framepack.kernels.gpu.device.DeviceStream;
import dev.framepack.kernels.tensor.Tensor;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive calls of a program that read one group of streamed weights at most.
 *
 * @param group what must be in place while the part runs, or null
 */
record ProgramPart(DeviceGraph graph, @Nullable StreamedGroup group) implements AutoCloseable {

  /** A group of a weight stream. */
  record StreamedGroup(GpuWeightStream stream, int number) {}

  /**
   * The group a call reads, or null.
   *
   * @throws KernelException when it reads several
   */
  static @Nullable StreamedGroup groupOf(OpCall call, Set<GpuWeightStream> streams) {
    StreamedGroup found = null;
    for (Tensor input : call.inputs()) {
      for (GpuWeightStream stream : streams) {
        if (input.arena() == stream.ring()) {
          StreamedGroup group = new StreamedGroup(stream, stream.groupOf(input));
          if (found != null && !found.equals(group)) {
            throw new KernelException(
                "%s at %s reads weights of groups %s and %s; put them into one group"
                    .formatted(call.op().name(), call.label(), found.number(), group.number()));
          }
          found = group;
        }
      }
    }
    return found;
  }

  /** Queues the part; its group is brought before and released behind it. */
  void replay(DeviceStream compute) {
    if (group == null) {
      compute.replay(graph);
      return;
    }
    group.stream().bring(group.number(), compute);
    compute.replay(graph);
    group.stream().release(group.number(), compute);
  }

  @Override
  public void close() {
    graph.close();
  }
}
