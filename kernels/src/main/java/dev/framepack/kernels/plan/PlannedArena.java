package dev.framepack.kernels.plan;

import dev.framepack.kernels.MemoryMeter;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;

/** An arena without bytes. */
final class PlannedArena implements TensorArena {
  private final String purpose;
  private final long capacityBytes;
  private final MemoryMeter meter;
  private long nextByte;
  private long highWaterBytes;
  private boolean closed;

  PlannedArena(String purpose, long capacityBytes, MemoryMeter meter) {
    this.purpose = purpose;
    this.capacityBytes = capacityBytes;
    this.meter = meter;
    meter.take(purpose, capacityBytes);
  }

  @Override
  public String purpose() {
    return purpose;
  }

  @Override
  public long capacityBytes() {
    return capacityBytes;
  }

  @Override
  public long highWaterBytes() {
    return highWaterBytes;
  }

  @Override
  public Tensor allocate(String name, TensorType type) {
    Tensor tensor = view(name, type, nextByte);
    nextByte = TensorArena.align(nextByte + type.byteSize());
    return tensor;
  }

  @Override
  public Tensor view(String name, TensorType type, long byteOffset) {
    long end = Math.addExact(byteOffset, type.byteSize());
    if (closed || end > capacityBytes) {
      throw new IllegalStateException(
          "PlannedArena %s: %s for %s needs bytes %s..%s of %s"
              .formatted(purpose, type, name, byteOffset, end, closed ? 0 : capacityBytes));
    }
    highWaterBytes = Math.max(highWaterBytes, end);
    return new Tensor(name, this, byteOffset, type, false);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      meter.give(purpose, capacityBytes);
    }
  }
}
