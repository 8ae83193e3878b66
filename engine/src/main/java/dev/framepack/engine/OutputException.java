package dev.framepack.engine;

import org.jspecify.annotations.Nullable;

/** The output could not be written; nothing stands under its final name. */
public final class OutputException extends FramePackException {

  /** See {@link FramePackException#FramePackException}. */
  public OutputException(String code, String message, String remedy, @Nullable Throwable cause) {
    super(code, message, remedy, cause);
  }
}
