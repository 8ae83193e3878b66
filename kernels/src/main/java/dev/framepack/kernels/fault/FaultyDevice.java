package dev.framepack.kernels.fault;

import dev.framepack.kernels.MemoryMeter;
import dev.framepack.kernels.gpu.device.Device;
import dev.framepack.kernels.gpu.device.DeviceEvent;
import dev.framepack.kernels.gpu.device.DeviceException;
import dev.framepack.kernels.gpu.device.DeviceFunction;
import dev.framepack.kernels.gpu.device.DeviceGraph;
import dev.framepack.kernels.gpu.device.DeviceInfo;
import dev.framepack.kernels.gpu.device.DeviceMemory;
import dev.framepack.kernels.gpu.device.DeviceStream;
import dev.framepack.kernels.gpu.device.Launch;
import dev.framepack.kernels.gpu.device.PinnedMemory;
import dev.framepack.kernels.gpu.device.PreparedLaunch;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Another device, of which chosen calls fail, with the exception the driver's code gives. After a
 * sticky one it is dead as a real device is: no further call reaches it, and each says why.
 */
public final class FaultyDevice implements Device {
  private final Device device;
  private final Faults faults;
  private final MemoryMeter memory = new MemoryMeter();
  private volatile @Nullable DeviceException death;

  /**
   * @param device closed with this one
   */
  public FaultyDevice(Device device, Faults faults) {
    this.device = device;
    this.faults = faults;
  }

  /** Bytes of device and page-locked memory that are allocated and not freed. */
  public MemoryMeter memory() {
    return memory;
  }

  /** Counts a call and lets it fail if it is its turn; a dead device takes none. */
  void reach(FaultSite site, String what) {
    requireAlive();
    try {
      faults.reach(site, what);
    } catch (DeviceException e) {
      if (e.isSticky()) {
        death = e;
      }
      throw e;
    }
  }

  void requireAlive() {
    DeviceException fault = death;
    if (fault != null) {
      throw new DeviceException("the device is lost since: " + fault.getMessage(), true, fault);
    }
  }

  @Override
  public DeviceInfo info() {
    return device.info();
  }

  @Override
  public DeviceMemory allocate(String purpose, long bytes) {
    reach(FaultSite.ALLOCATE, purpose);
    return new CountedMemory(device.allocate(purpose, bytes), memory);
  }

  @Override
  public PinnedMemory allocatePinned(String purpose, long bytes) {
    reach(FaultSite.ALLOCATE, purpose);
    return new CountedPinnedMemory(device.allocatePinned(purpose, bytes), memory);
  }

  @Override
  public void fill(long address, long bytes, byte value) {
    requireAlive();
    device.fill(address, bytes, value);
  }

  @Override
  public void upload(MemorySegment source, long address) {
    reach(FaultSite.UPLOAD, source.byteSize() + " bytes");
    device.upload(source, address);
  }

  @Override
  public void download(long address, MemorySegment target) {
    reach(FaultSite.DOWNLOAD, target.byteSize() + " bytes");
    device.download(address, target);
  }

  @Override
  public DeviceFunction load(String ptx, String entry) {
    reach(FaultSite.LOAD, entry);
    return device.load(ptx, entry);
  }

  @Override
  public DeviceGraph record(List<Launch> launches) {
    reach(FaultSite.PREPARE, text(launches));
    return device.record(launches);
  }

  @Override
  public PreparedLaunch prepare(Launch launch) {
    reach(FaultSite.PREPARE, text(List.of(launch)));
    return device.prepare(launch);
  }

  static String text(List<Launch> launches) {
    if (launches.isEmpty()) {
      return "an empty graph";
    }
    Launch first = launches.getFirst();
    return "%s launches from %s, %s, grid %s, block %s"
        .formatted(
            launches.size(), first.function().name(), first.label(), first.grid(), first.block());
  }

  @Override
  public DeviceStream openStream(String purpose) {
    requireAlive();
    return new FaultyStream(this, device.openStream(purpose), purpose);
  }

  @Override
  public DeviceEvent openEvent() {
    requireAlive();
    return device.openEvent();
  }

  @Override
  public void close() {
    device.close();
  }

  private static final class CountedMemory implements DeviceMemory {
    private final DeviceMemory block;
    private final MemoryMeter meter;
    private final AtomicBoolean closed = new AtomicBoolean();

    CountedMemory(DeviceMemory block, MemoryMeter meter) {
      this.block = block;
      this.meter = meter;
      meter.take("device", block.byteSize());
    }

    @Override
    public long address() {
      return block.address();
    }

    @Override
    public long byteSize() {
      return block.byteSize();
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        block.close();
        meter.give("device", block.byteSize());
      }
    }
  }

  private static final class CountedPinnedMemory implements PinnedMemory {
    private final PinnedMemory block;
    private final MemoryMeter meter;
    private final long bytes;
    private final AtomicBoolean closed = new AtomicBoolean();

    CountedPinnedMemory(PinnedMemory block, MemoryMeter meter) {
      this.block = block;
      this.meter = meter;
      this.bytes = block.segment().byteSize();
      meter.take("page-locked", bytes);
    }

    @Override
    public MemorySegment segment() {
      return block.segment();
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        block.close();
        meter.give("page-locked", bytes);
      }
    }
  }
}
