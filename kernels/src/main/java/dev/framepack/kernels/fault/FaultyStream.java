package dev.framepack.kernels.fault;

import dev.framepack.kernels.gpu.device.DeviceEvent;
import dev.framepack.kernels.gpu.device.DeviceGraph;
import dev.framepack.kernels.gpu.device.DeviceStream;
import dev.framepack.kernels.gpu.device.PinnedMemory;
import dev.framepack.kernels.gpu.device.PreparedLaunch;
import java.util.List;

/** A stream of a device that fails on purpose. */
final class FaultyStream implements DeviceStream {
  private final FaultyDevice device;
  private final DeviceStream stream;
  private final String purpose;

  FaultyStream(FaultyDevice device, DeviceStream stream, String purpose) {
    this.device = device;
    this.stream = stream;
    this.purpose = purpose;
  }

  @Override
  public void launch(PreparedLaunch launch) {
    device.reach(FaultSite.RUN, FaultyDevice.text(List.of(launch.launch())));
    stream.launch(launch);
  }

  @Override
  public void replay(DeviceGraph graph) {
    device.reach(FaultSite.RUN, FaultyDevice.text(graph.launches()));
    stream.replay(graph);
  }

  @Override
  public void copyToDevice(PinnedMemory source, long sourceOffset, long address, long bytes) {
    device.reach(FaultSite.UPLOAD, bytes + " bytes");
    stream.copyToDevice(source, sourceOffset, address, bytes);
  }

  @Override
  public void copyToHost(long address, PinnedMemory target, long targetOffset, long bytes) {
    device.reach(FaultSite.DOWNLOAD, bytes + " bytes");
    stream.copyToHost(address, target, targetOffset, bytes);
  }

  @Override
  public void record(DeviceEvent event) {
    device.requireAlive();
    stream.record(event);
  }

  @Override
  public void waitFor(DeviceEvent event) {
    device.requireAlive();
    stream.waitFor(event);
  }

  @Override
  public void synchronize() {
    device.reach(FaultSite.SYNCHRONIZE, purpose);
    stream.synchronize();
  }

  @Override
  public void close() {
    stream.close();
  }
}
