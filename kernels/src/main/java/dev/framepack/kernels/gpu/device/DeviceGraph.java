package dev.framepack.kernels.gpu.device;

import java.util.List;

/** Launches fixed by {@link Device#record}; belongs to that device. */
public interface DeviceGraph extends AutoCloseable {
  List<Launch> launches();

  @Override
  void close();
}
