package dev.framepack.engine;

import org.jspecify.annotations.Nullable;

/** The request cannot be carried out as asked; nothing was started and nothing was written. */
public class InvalidRequestException extends FramePackException {

  /** See {@link FramePackException#FramePackException}. */
  public InvalidRequestException(
      String code, String message, String remedy, @Nullable Throwable cause) {
    super(code, message, remedy, cause);
  }
}
