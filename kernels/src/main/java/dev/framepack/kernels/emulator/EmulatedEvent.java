package dev.framepack.kernels.emulator;

import dev.framepack.kernels.gpu.device.DeviceEvent;

/** A moment of host time, since work is done when it is enqueued. */
final class EmulatedEvent implements DeviceEvent {
  private volatile long nanoseconds;
  private volatile boolean recorded;

  void record() {
    nanoseconds = System.nanoTime();
    recorded = true;
  }

  @Override
  public void synchronize() {}

  @Override
  public float millisecondsSince(DeviceEvent earlier) {
    if (!(earlier instanceof EmulatedEvent before) || !before.recorded || !recorded) {
      throw new IllegalStateException(
          "event: expected both events recorded on this device before time is asked");
    }
    return (nanoseconds - before.nanoseconds) / 1e6f;
  }

  @Override
  public void close() {}
}
