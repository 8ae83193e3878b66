package dev.framepack.engine;

import org.jspecify.annotations.Nullable;

/** The host has too little free memory; the message names the component and the bytes. */
public final class OutOfHostMemoryException extends FramePackException {

  /** See {@link FramePackException#FramePackException}. */
  public OutOfHostMemoryException(
      String code, String message, String remedy, @Nullable Throwable cause) {
    super(code, message, remedy, cause);
  }
}
