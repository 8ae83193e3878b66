package dev.framepack.kernels.gpu.device;

/** Device memory does not suffice: bytes asked for, free, total, and for what. */
public final class DeviceOutOfMemoryException extends DeviceException {
  private static final long serialVersionUID = 1L;

  public DeviceOutOfMemoryException(String message) {
    super(message, false);
  }
}
