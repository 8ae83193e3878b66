package dev.framepack.kernels.gpu.device;

import dev.framepack.kernels.KernelException;

/** A device that refused or failed: which call, which code, what it means, what to do. */
public class DeviceException extends KernelException {
  private static final long serialVersionUID = 1L;
  private final boolean sticky;

  /**
   * @param sticky true when the device's context is lost and only a new process helps
   */
  public DeviceException(String message, boolean sticky) {
    super(message);
    this.sticky = sticky;
  }

  public DeviceException(String message, boolean sticky, Throwable cause) {
    super(message, cause);
    this.sticky = sticky;
  }

  /** True when every further call on the device fails. */
  public boolean isSticky() {
    return sticky;
  }
}
