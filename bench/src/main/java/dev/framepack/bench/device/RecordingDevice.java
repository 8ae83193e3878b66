package dev.framepack.bench.device;

import dev.framepack.kernels.gpu.device.Device;
import dev.framepack.kernels.gpu.device.DeviceEvent;
import dev.framepack.kernels.gpu.device.DeviceFunction;
import dev.framepack.kernels.gpu.device.DeviceGraph;
import dev.framepack.kernels.gpu.device.DeviceInfo;
import dev.framepack.kernels.gpu.device.DeviceMemory;
import dev.framepack.kernels.gpu.device.DeviceStream;
import dev.framepack.kernels.gpu.device.Launch;
import dev.framepack.kernels.gpu.device.PinnedMemory;
import dev.framepack.kernels.gpu.device.PreparedLaunch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A device that computes nothing: it hands out addresses and takes launches. What a program would
 * launch at any size, and what the host side of a launch costs, can be seen on it without a GPU.
 */
public final class RecordingDevice implements Device {
  private static final long ALIGNMENT_BYTES = 256;

  private final DeviceInfo info;
  private final AtomicLong nextAddress = new AtomicLong(ALIGNMENT_BYTES);

  private record Function(String name, int registers, int localBytes) implements DeviceFunction {}

  private record Memory(long address, long byteSize) implements DeviceMemory {
    @Override
    public void close() {}
  }

  private record Prepared(Launch launch) implements PreparedLaunch {
    @Override
    public void close() {}
  }

  private record Recorded(List<Launch> launches) implements DeviceGraph {
    @Override
    public void close() {}
  }

  private record Pinned(Arena arena, MemorySegment segment) implements PinnedMemory {
    @Override
    public void close() {
      arena.close();
    }
  }

  /** Recorded and never reached: there is no time on this device. */
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

  /**
   * @param info what it claims to be
   */
  public RecordingDevice(DeviceInfo info) {
    this.info = info;
  }

  /** As an H200, or as a smaller device without Hopper's own instructions. */
  public static RecordingDevice of(int computeCapability, boolean archSpecific) {
    return new RecordingDevice(
        new DeviceInfo(
            "recording",
            computeCapability,
            archSpecific,
            132,
            227 << 10,
            60L << 20,
            141L << 30,
            141L << 30,
            "none"));
  }

  @Override
  public DeviceInfo info() {
    return info;
  }

  @Override
  public DeviceMemory allocate(String purpose, long bytes) {
    long rounded = Math.ceilDiv(bytes, ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    return new Memory(nextAddress.getAndAdd(rounded), bytes);
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // the memory closes it
  public PinnedMemory allocatePinned(String purpose, long bytes) {
    Arena arena = Arena.ofShared();
    return new Pinned(arena, arena.allocate(bytes, 64));
  }

  @Override
  public void fill(long address, long bytes, byte value) {}

  @Override
  public void upload(MemorySegment source, long address) {}

  @Override
  public void download(long address, MemorySegment target) {
    target.fill((byte) 0);
  }

  @Override
  public DeviceFunction load(String ptx, String entry) {
    return new Function(entry, 0, 0);
  }

  @Override
  public DeviceGraph record(List<Launch> launches) {
    return new Recorded(List.copyOf(launches));
  }

  @Override
  public PreparedLaunch prepare(Launch launch) {
    return new Prepared(launch);
  }

  @Override
  public DeviceStream openStream(String purpose) {
    return new Stream();
  }

  @Override
  public DeviceEvent openEvent() {
    return new Event();
  }

  @Override
  public void close() {}
}
