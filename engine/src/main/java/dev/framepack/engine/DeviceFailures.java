package dev.framepack.engine;

import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.gpu.device.DeviceException;
import dev.framepack.kernels.gpu.device.DeviceOutOfMemoryException;
import dev.framepack.kernels.gpu.device.DeviceUnavailableException;
import org.jspecify.annotations.Nullable;

/** Failures of the device below, as the engine's own. */
final class DeviceFailures {
  private DeviceFailures() {}

  /** The engine's exception for a failure of a device or of a kernel. */
  static FramePackException translate(KernelException failure) {
    DeviceException device = cause(failure);
    return switch (device) {
      case null ->
          new DeviceFaultException(
              "BACKEND", String.valueOf(failure.getMessage()), "please report it", failure);
      case DeviceUnavailableException unavailable ->
          new NativeLoadException(
              "DEVICE_UNAVAILABLE",
              String.valueOf(unavailable.getMessage()),
              "see framepack probe, or choose the cpu backend",
              failure);
      case DeviceOutOfMemoryException full ->
          new OutOfDeviceMemoryException(
              "DEVICE_MEMORY",
              String.valueOf(full.getMessage()),
              "choose a smaller size or latent window, vae tiling, or a lower device memory limit",
              failure);
      case DeviceException fault -> // call, kernel and code; the operation stands in the cause
          new DeviceFaultException(
              "DEVICE_FAULT",
              String.valueOf(fault.getMessage()),
              fault.isSticky() ? "restart the process" : "please report it",
              failure);
    };
  }

  /** The engine's exception for a backend that could not be opened. */
  static FramePackException unavailable(KernelException failure) {
    return cause(failure) == null
        ? new NativeLoadException(
            "BACKEND_UNAVAILABLE",
            String.valueOf(failure.getMessage()),
            "see framepack probe for the others",
            failure)
        : translate(failure);
  }

  /** True when the device is lost to this process. */
  static boolean isFinal(Throwable failure) {
    DeviceException device = cause(failure);
    return device != null && device.isSticky();
  }

  private static @Nullable DeviceException cause(Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof DeviceException device) {
        return device;
      }
    }
    return null;
  }
}
