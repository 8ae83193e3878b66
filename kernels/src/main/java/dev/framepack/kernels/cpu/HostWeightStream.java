package dev.framepack.kernels.cpu;

import dev.framepack.kernels.WeightStream;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.LongFunction;

/** Groups that are all in place always: kernels on the host read them where they are. */
final class HostWeightStream implements WeightStream {
  private final List<TensorArena> groups;

  /**
   * @param arenas makes one of so many bytes
   */
  HostWeightStream(List<Long> groupBytes, LongFunction<TensorArena> arenas) {
    groups = groupBytes.stream().map(arenas::apply).toList();
  }

  @Override
  public MemorySegment hostBytes(int group) {
    TensorArena arena = groups.get(group);
    return arena.view("group", TensorType.bytes(arena.capacityBytes()), 0).hostSegment();
  }

  @Override
  public Tensor view(int group, String name, TensorType type, long byteOffset) {
    return groups.get(group).view(name, type, byteOffset);
  }

  @Override
  public long capacityBytes() {
    return groups.stream().mapToLong(TensorArena::capacityBytes).sum();
  }

  @Override
  public void close() {
    groups.forEach(TensorArena::close);
  }
}
