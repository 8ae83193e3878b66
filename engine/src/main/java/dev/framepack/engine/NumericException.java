package dev.framepack.engine;

import org.jspecify.annotations.Nullable;

/** A computation left the finite numbers; no output was written. */
public class NumericException extends FramePackException {

  /** See {@link FramePackException#FramePackException}. */
  public NumericException(String code, String message, String remedy, @Nullable Throwable cause) {
    super(code, message, remedy, cause);
  }
}
