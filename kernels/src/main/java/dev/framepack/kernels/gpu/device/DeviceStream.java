package dev.framepack.kernels.gpu.device;

/**
 * An in-order queue of device work. Calls return before the work is done; a fault may be reported
 * by a later call. One thread at a time.
 */
public interface DeviceStream extends AutoCloseable {

  void launch(PreparedLaunch launch);

  void replay(DeviceGraph graph);

  /** Copies pinned host memory to the device. */
  void copyToDevice(PinnedMemory source, long sourceOffset, long address, long bytes);

  /** Copies device memory to pinned host memory. */
  void copyToHost(long address, PinnedMemory target, long targetOffset, long bytes);

  void record(DeviceEvent event);

  /** Later work of this stream waits for the event's work. */
  void waitFor(DeviceEvent event);

  /** Waits on the host until everything queued is done, and reports its faults. */
  void synchronize();

  @Override
  void close();
}
