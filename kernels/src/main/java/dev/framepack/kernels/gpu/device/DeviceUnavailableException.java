package dev.framepack.kernels.gpu.device;

/** No device can be used: which library, driver or device is missing, and what to do. */
public final class DeviceUnavailableException extends DeviceException {
  private static final long serialVersionUID = 1L;

  public DeviceUnavailableException(String message) {
    super(message, false);
  }

  public DeviceUnavailableException(String message, Throwable cause) {
    super(message, false, cause);
  }
}
