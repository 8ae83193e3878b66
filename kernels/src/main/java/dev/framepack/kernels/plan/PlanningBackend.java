package dev.framepack.kernels.plan;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.BackendMemory;
import dev.framepack.kernels.CallCheck;
import dev.framepack.kernels.Executable;
import dev.framepack.kernels.MemoryMeter;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.WeightStream;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A backend of which only the memory is real, and only as numbers: arenas hold no bytes, programs
 * are checked and do nothing, downloads give zeros. Kernels' own scratch is not counted.
 */
public final class PlanningBackend implements Backend {
  private final String name;
  private final MemoryMeter meter;

  /**
   * @param name of the backend that is planned for
   * @param meter counts the arenas
   */
  public PlanningBackend(String name, MemoryMeter meter) {
    this.name = name;
    this.meter = meter;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return "planned";
  }

  @Override
  public TensorArena arena(String purpose, long capacityBytes) {
    return new PlannedArena(purpose, capacityBytes, meter);
  }

  /** On the host all groups are in place. */
  @Override
  public WeightStream weightStream(String purpose, List<Long> groupBytes, long capacityBytes) {
    List<TensorArena> groups = groupBytes.stream().map(bytes -> arena(purpose, bytes)).toList();
    return new WeightStream() {
      @Override
      public MemorySegment hostBytes(int group) {
        throw new UnsupportedOperationException(purpose + ": planned, holds no bytes");
      }

      @Override
      public Tensor view(int group, String weight, TensorType type, long byteOffset) {
        return groups.get(group).view(weight, type, byteOffset);
      }

      @Override
      public long capacityBytes() {
        return groups.stream().mapToLong(TensorArena::capacityBytes).sum();
      }

      @Override
      public void close() {
        groups.forEach(TensorArena::close);
      }
    };
  }

  @Override
  public Executable prepare(List<OpCall> program) {
    program.forEach(CallCheck::check);
    return () -> {};
  }

  @Override
  public void upload(MemorySegment source, Tensor target) {}

  @Override
  public void download(Tensor source, MemorySegment target) {
    target.fill((byte) 0);
  }

  @Override
  public long workspaceBytes() {
    return 0;
  }

  @Override
  public BackendMemory memoryUse() {
    return new BackendMemory(new MemoryMeter(), meter);
  }

  @Override
  public MemoryPlanning planning() {
    return new MemoryPlanning(this, meter);
  }

  @Override
  public void close() {}
}
