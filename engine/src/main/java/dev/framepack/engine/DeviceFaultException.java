package dev.framepack.engine;

import org.jspecify.annotations.Nullable;

/** A device reported a fault while running a kernel. */
public final class DeviceFaultException extends FramePackException {

  /** See {@link FramePackException#FramePackException}. */
  public DeviceFaultException(
      String code, String message, String remedy, @Nullable Throwable cause) {
    super(code, message, remedy, cause);
  }
}
