package dev.framepack.kernels.emulator;

import dev.framepack.kernels.emulator.exec.LaunchRunner;
import dev.framepack.kernels.gpu.device.DeviceFunction;

/** A decoded kernel of one device. */
record EmulatedFunction(EmulatedDevice device, LaunchRunner runner) implements DeviceFunction {
  @Override
  public String name() {
    return runner.program().entry().name();
  }

  /** The emulator allots no registers. */
  @Override
  public int registers() {
    return 0;
  }

  @Override
  public int localBytes() {
    return runner.program().entry().localBytes();
  }
}
