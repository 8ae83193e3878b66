package dev.framepack.engine;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.Executable;
import dev.framepack.kernels.MemoryMeter;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.WeightStream;
import dev.framepack.kernels.plan.MemoryPlanning;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** A backend whose arenas are counted while they are open. */
record MeteredBackend(Backend backend, MemoryMeter meter) implements Backend {
  MeteredBackend(Backend backend) {
    this(backend, new MemoryMeter());
  }

  long peakBytes() {
    return meter.peakBytes();
  }

  @Override
  public TensorArena arena(String purpose, long capacityBytes) {
    meter.take(purpose, capacityBytes);
    return new MeteredArena(backend.arena(purpose, capacityBytes), capacityBytes, meter);
  }

  private record MeteredArena(TensorArena arena, long bytes, MemoryMeter meter)
      implements TensorArena {
    @Override
    public String purpose() {
      return arena.purpose();
    }

    @Override
    public long capacityBytes() {
      return arena.capacityBytes();
    }

    @Override
    public long highWaterBytes() {
      return arena.highWaterBytes();
    }

    @Override
    public Tensor allocate(String name, TensorType type) {
      return arena.allocate(name, type);
    }

    @Override
    public Tensor view(String name, TensorType type, long byteOffset) {
      return arena.view(name, type, byteOffset);
    }

    @Override
    public void close() {
      arena.close();
      meter.give(arena.purpose(), bytes);
    }
  }

  @Override
  public String name() {
    return backend.name();
  }

  @Override
  public String description() {
    return backend.description();
  }

  @Override
  public WeightStream weightStream(String purpose, List<Long> groupBytes, long capacityBytes) {
    return backend.weightStream(purpose, groupBytes, capacityBytes);
  }

  @Override
  public Executable prepare(List<OpCall> program) {
    return backend.prepare(program);
  }

  @Override
  public void upload(MemorySegment source, Tensor target) {
    backend.upload(source, target);
  }

  @Override
  public void download(Tensor source, MemorySegment target) {
    backend.download(source, target);
  }

  @Override
  public MemoryPlanning planning() {
    return backend.planning();
  }

  @Override
  public long workspaceBytes() {
    return backend.workspaceBytes();
  }

  @Override
  public void close() {
    backend.close();
  }
}
