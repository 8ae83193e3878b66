package dev.framepack.kernels.emulator;

import dev.framepack.kernels.gpu.device.DeviceGraph;
import dev.framepack.kernels.gpu.device.Launch;
import java.util.List;

/** Launches checked once and replayed in order. */
record EmulatedGraph(List<Launch> launches, List<PreparedEmulation> prepared)
    implements DeviceGraph {
  @Override
  public void close() {}
}
