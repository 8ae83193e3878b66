package dev.framepack.kernels.gpu.device;

/** A point in a stream's work, set by {@link DeviceStream#record}. */
public interface DeviceEvent extends AutoCloseable {

  /** Waits on the host until the recorded work is done. */
  void synchronize();

  /** Milliseconds of device time from an earlier event to this one; both must be done. */
  float millisecondsSince(DeviceEvent earlier);

  @Override
  void close();
}
