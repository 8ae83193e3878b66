package dev.framepack.kernels.gpu;

import dev.framepack.kernels.MemoryMeter;
import dev.framepack.kernels.gpu.device.Device;
import dev.framepack.kernels.gpu.device.DeviceEvent;
import dev.framepack.kernels.gpu.device.DeviceFunction;
import dev.framepack.kernels.gpu.device.DeviceGraph;
import dev.framepack.kernels.gpu.device.DeviceInfo;
import dev.framepack.kernels.gpu.device.DeviceMemory;
import dev.framepack.kernels.gpu.device.DeviceStream;
import dev.framepack.kernels.gpu.device.Launch;
import dev.framepack.kernels.gpu.device.MatrixLibrary;
import dev.framepack.kernels.gpu.device.PinnedMemory;
import dev.framepack.kernels.gpu.device.PreparedLaunch;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A device like another one that has no memory and runs nothing: allocations are counted, addresses
 * lead nowhere, downloads give zeros.
 */
final class PlanningDevice implements Device {
  private static final long ALIGNMENT = 256;

  private final DeviceInfo info;
  private final MemoryMeter meter;
  private long nextAddress = ALIGNMENT;

  PlanningDevice(DeviceInfo info, MemoryMeter meter) {
    this.info = info;
    this.meter = meter;
  }

  @Override
  public DeviceInfo info() {
    return info;
  }

  @Override
  public synchronized DeviceMemory allocate(String purpose, long bytes) {
    long address = nextAddress;
    nextAddress += Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
    meter.take(purpose, bytes);
    return new Memory(purpose, address, bytes, meter);
  }

  private static final class Memory implements DeviceMemory {
    private final String purpose;
    private final long address;
    private final long bytes;
    private final MemoryMeter meter;
    private boolean closed;

    Memory(String purpose, long address, long bytes, MemoryMeter meter) {
      this.purpose = purpose;
      this.address = address;
      this.bytes = bytes;
      this.meter = meter;
    }

    @Override
    public long address() {
      return address;
    }

    @Override
    public long byteSize() {
      return bytes;
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        meter.give(purpose, bytes);
      }
    }
  }

  private record Pinned(MemorySegment segment) implements PinnedMemory {
    @Override
    public void close() {}
  }

  private record Function(String name) implements DeviceFunction {
    @Override
    public int registers() {
      return 0;
    }

    @Override
    public int localBytes() {
      return 0;
    }
  }

  private record Graph(List<Launch> launches) implements DeviceGraph {
    @Override
    public void close() {}
  }

  private record Prepared(Launch launch) implements PreparedLaunch {
    @Override
    public void close() {}
  }

  /** Host memory is not what is planned. */
  @Override
  public PinnedMemory allocatePinned(String purpose, long bytes) {
    return new Pinned(MemorySegment.NULL);
  }

  @Override
  public void fill(long address, long bytes, byte value) {}

  @Override
  public void upload(MemorySegment source, long address) {}

  @Override
  public void download(long address, MemorySegment target) {
    target.fill((byte) 0);
  }

  DeviceFunction function(String name) {
    return new Function(name);
  }

  @Override
  public DeviceFunction load(String ptx, String entry) {
    return function(entry);
  }

  @Override
  public MatrixLibrary matrixLibrary(String name) {
    return new Library(name);
  }

  private record Library(String name) implements MatrixLibrary {
    @Override
    public DeviceFunction product(Product product) {
      return new Function(name);
    }
  }

  @Override
  public DeviceGraph record(List<Launch> launches) {
    return new Graph(List.copyOf(launches));
  }

  @Override
  public PreparedLaunch prepare(Launch launch) {
    return new Prepared(launch);
  }

  @Override
  public DeviceStream openStream(String purpose) {
    return new Stream();
  }

  private static final class Stream implements DeviceStream {
    @Override
    public void launch(PreparedLaunch launch) {}

    @Override
    public void replay(DeviceGraph graph) {}

    @Override
    public void copyToDevice(PinnedMemory source, long sourceOffset, long address, long bytes) {}

    @Override
    public void copyToHost(long address, PinnedMemory target, long targetOffset, long bytes) {}

    @Override
    public void record(DeviceEvent event) {}

    @Override
    public void waitFor(DeviceEvent event) {}

    @Override
    public void synchronize() {}

    @Override
    public void close() {}
  }

  @Override
  public DeviceEvent openEvent() {
    return new Event();
  }

  private static final class Event implements DeviceEvent {
    @Override
    public void synchronize() {}

    @Override
    public float millisecondsSince(DeviceEvent earlier) {
      return 0;
    }

    @Override
    public void close() {}
  }

  @Override
  public void close() {}
}
