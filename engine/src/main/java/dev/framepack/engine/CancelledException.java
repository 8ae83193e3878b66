package dev.framepack.engine;

import org.jspecify.annotations.Nullable;

/** The job was cancelled before it was done. */
public final class CancelledException extends FramePackException {

  /** See {@link FramePackException#FramePackException}. */
  public CancelledException(String code, String message, String remedy, @Nullable Throwable cause) {
    super(code, message, remedy, cause);
  }
}
