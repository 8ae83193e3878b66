package dev.framepack.engine;

import org.jspecify.annotations.Nullable;

/** A native library or program could not be found, verified or loaded. */
public final class NativeLoadException extends FramePackException {

  /** See {@link FramePackException#FramePackException}. */
  public NativeLoadException(
      String code, String message, String remedy, @Nullable Throwable cause) {
    super(code, message, remedy, cause);
  }
}
