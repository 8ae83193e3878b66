package dev.framepack.kernels.gpu;

import dev.framepack.kernels.MemoryMeter;
import dev.framepack.kernels.gpu.device.Device;
import dev.framepack.kernels.gpu.device.DeviceMemory;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** An arena in device memory, and the repacked copies of the constants that live in it. */
final class GpuArena implements TensorArena {
  private final String purpose;
  private final Device device;
  private final DeviceMemory memory;
  private final long capacityBytes;
  private final Map<Tensor, Map<String, DeviceMemory>> packed = new IdentityHashMap<>();
  private final MemoryMeter meter;
  private final Consumer<GpuArena> onClose;
  private long nextByte;
  private long highWaterBytes;
  private boolean closed;

  /**
   * @param meter counts the arena and, apart from it, the repacked copies
   */
  GpuArena(
      Device device,
      MemoryMeter meter,
      String purpose,
      long capacityBytes,
      Consumer<GpuArena> onClose) {
    this.device = device;
    this.meter = meter;
    this.purpose = purpose;
    this.capacityBytes = capacityBytes;
    this.onClose = onClose;
    this.memory = device.allocate(purpose, Math.max(capacityBytes, 1));
    try {
      device.fill(memory.address(), memory.byteSize(), (byte) 0);
    } catch (RuntimeException | Error e) {
      memory.close();
      throw e;
    }
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

  long address() {
    if (closed) {
      throw new IllegalStateException("GpuArena " + purpose + ": used after close");
    }
    return memory.address();
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
          "GpuArena %s: %s for %s needs bytes %s..%s of %s; make the arena larger"
              .formatted(purpose, type, name, byteOffset, end, closed ? 0 : capacityBytes));
    }
    highWaterBytes = Math.max(highWaterBytes, end);
    return new Tensor(name, this, byteOffset, type, false);
  }

  /** The copy of a constant in a named layout, made at first use by {@code pack}. */
  synchronized DeviceMemory packed(
      Tensor constant, String layout, long bytes, Consumer<DeviceMemory> pack) {
    Map<String, DeviceMemory> layouts =
        packed.computeIfAbsent(constant, ignored -> new HashMap<>());
    DeviceMemory known = layouts.get(layout);
    if (known != null) {
      return known;
    }
    DeviceMemory copy = device.allocate(constant.name() + " as " + layout, Math.max(bytes, 1));
    try {
      pack.accept(copy);
    } catch (RuntimeException | Error e) {
      copy.close();
      throw e;
    }
    layouts.put(layout, copy);
    meter.take(repacked(), copy.byteSize());
    return copy;
  }

  private String repacked() {
    return purpose + ", repacked";
  }

  /** Bytes of repacked constants. */
  synchronized long packedBytes() {
    return packed.values().stream()
        .flatMap(layouts -> layouts.values().stream())
        .mapToLong(DeviceMemory::byteSize)
        .sum();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      meter.give(purpose, capacityBytes);
      if (!packed.isEmpty()) {
        meter.give(repacked(), packedBytes());
      }
      packed.values().forEach(layouts -> layouts.values().forEach(DeviceMemory::close));
      packed.clear();
      memory.close();
      onClose.accept(this);
    }
  }
}
