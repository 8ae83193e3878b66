package dev.framepack.kernels.cpu;

import dev.framepack.kernels.WeightStream;
import dev.framepack.kernels.tensor.HostArena;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Groups that are all in place always: kernels on the host read them where they are. */
final class HostWeightStream implements WeightStream {
  private final List<HostArena> groups;

  HostWeightStream(String purpose, List<Long> groupBytes) {
    groups = groupBytes.stream().map(bytes -> new HostArena(purpose, bytes)).toList();
  }

  @Override
  public MemorySegment hostBytes(int group) {
    HostArena arena = groups.get(group);
    return arena.view("group", TensorType.bytes(arena.capacityBytes()), 0).hostSegment();
  }

  @Override
  public Tensor view(int group, String name, TensorType type, long byteOffset) {
    return groups.get(group).view(name, type, byteOffset);
  }

  @Override
  public long capacityBytes() {
    return groups.stream().mapToLong(HostArena::capacityBytes).sum();
  }

  @Override
  public void close() {
    groups.forEach(HostArena::close);
  }
}
