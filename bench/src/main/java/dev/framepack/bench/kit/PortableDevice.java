package dev.framepack.bench.kit;

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
 * A device that hides what only its own architecture has, so that launchers choose the portable
 * kernels. The device below stays its owner's.
 */
record PortableDevice(Device device) implements Device {

  @Override
  public DeviceInfo info() {
    DeviceInfo info = device.info();
    return new DeviceInfo(
        info.name(),
        info.computeCapability(),
        false,
        info.multiprocessors(),
        info.sharedBytesPerBlock(),
        info.l2Bytes(),
        info.totalBytes(),
        info.freeBytes(),
        info.driver());
  }

  @Override
  public DeviceMemory allocate(String purpose, long bytes) {
    return device.allocate(purpose, bytes);
  }

  @Override
  public PinnedMemory allocatePinned(String purpose, long bytes) {
    return device.allocatePinned(purpose, bytes);
  }

  @Override
  public void fill(long address, long bytes, byte value) {
    device.fill(address, bytes, value);
  }

  @Override
  public void upload(MemorySegment source, long address) {
    device.upload(source, address);
  }

  @Override
  public void download(long address, MemorySegment target) {
    device.download(address, target);
  }

  @Override
  public DeviceFunction load(String ptx, String entry) {
    return device.load(ptx, entry);
  }

  @Override
  public DeviceGraph record(List<Launch> launches) {
    return device.record(launches);
  }

  @Override
  public PreparedLaunch prepare(Launch launch) {
    return device.prepare(launch);
  }

  @Override
  public DeviceStream openStream(String purpose) {
    return device.openStream(purpose);
  }

  @Override
  public DeviceEvent openEvent() {
    return device.openEvent();
  }

  @Override
  public MatrixLibrary matrixLibrary(String name) {
    return device.matrixLibrary(name);
  }

  /** The device goes on. */
  @Override
  public void close() {}
}
