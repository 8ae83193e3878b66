package dev.framepack.engine;

import org.jspecify.annotations.Nullable;

/** A fault of this program; the cause says where. */
public final class InternalException extends FramePackException {

  /** See {@link FramePackException#FramePackException}. */
  public InternalException(String code, String message, String remedy, @Nullable Throwable cause) {
    super(code, message, remedy, cause);
  }
}
