package dev.framepack.engine;

import org.jspecify.annotations.Nullable;

/** A device has too little free memory; the message names the component and the bytes. */
public final class OutOfDeviceMemoryException extends FramePackException {

  /** See {@link FramePackException#FramePackException}. */
  public OutOfDeviceMemoryException(
      String code, String message, String remedy, @Nullable Throwable cause) {
    super(code, message, remedy, cause);
  }
}
