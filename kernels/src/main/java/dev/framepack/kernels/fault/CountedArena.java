package dev.framepack.kernels.fault;

import dev.framepack.kernels.MemoryMeter;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;
import java.util.concurrent.atomic.AtomicBoolean;

/** An arena whose bytes are counted while it is open. */
final class CountedArena implements TensorArena {
  private final TensorArena arena;
  private final long bytes;
  private final MemoryMeter meter;
  private final AtomicBoolean closed = new AtomicBoolean();

  CountedArena(TensorArena arena, MemoryMeter meter) {
    this.arena = arena;
    this.bytes = arena.capacityBytes();
    this.meter = meter;
    meter.take(arena.purpose(), bytes);
  }

  @Override
  public String purpose() {
    return arena.purpose();
  }

  @Override
  public long capacityBytes() {
    return bytes;
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
    if (closed.compareAndSet(false, true)) {
      arena.close();
      meter.give(arena.purpose(), bytes);
    }
  }
}
