package dev.framepack.kernels.emulator;

import dev.framepack.kernels.StopSignal;
import dev.framepack.kernels.gpu.device.DeviceEvent;
import dev.framepack.kernels.gpu.device.DeviceGraph;
import dev.framepack.kernels.gpu.device.DeviceStream;
import dev.framepack.kernels.gpu.device.PinnedMemory;
import dev.framepack.kernels.gpu.device.PreparedLaunch;

/** A stream that does its work at once. */
final class EmulatedStream implements DeviceStream {
  private final EmulatedDevice device;
  private boolean closed;

  EmulatedStream(EmulatedDevice device) {
    this.device = device;
  }

  @Override
  public void launch(PreparedLaunch launch) {
    checkOpen();
    if (!(launch instanceof PreparedEmulation emulation)) {
      throw new IllegalArgumentException("launch: prepared for another device");
    }
    emulation.run();
  }

  @Override
  public void replay(DeviceGraph graph) {
    checkOpen();
    if (!(graph instanceof EmulatedGraph emulated)) {
      throw new IllegalArgumentException("replay: recorded for another device");
    }
    StopSignal stop = StopSignal.current();
    for (PreparedEmulation launch : emulated.prepared()) {
      stop.check();
      launch.run();
    }
  }

  @Override
  public void copyToDevice(PinnedMemory source, long sourceOffset, long address, long bytes) {
    checkOpen();
    device.upload(source.segment().asSlice(sourceOffset, bytes), address);
  }

  @Override
  public void copyToHost(long address, PinnedMemory target, long targetOffset, long bytes) {
    checkOpen();
    device.download(address, target.segment().asSlice(targetOffset, bytes));
  }

  @Override
  public void record(DeviceEvent event) {
    checkOpen();
    if (!(event instanceof EmulatedEvent emulated)) {
      throw new IllegalArgumentException("record: event of another device");
    }
    emulated.record();
  }

  @Override
  public void waitFor(DeviceEvent event) {
    checkOpen();
  }

  @Override
  public void synchronize() {
    checkOpen();
  }

  private void checkOpen() {
    device.checkOpen();
    if (closed) {
      throw new IllegalStateException("stream: used after close");
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
