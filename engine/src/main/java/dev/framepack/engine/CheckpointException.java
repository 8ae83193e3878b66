package dev.framepack.engine;

import org.jspecify.annotations.Nullable;

/** A checkpoint cannot be resumed: missing, damaged, in use, or of another model or machine. */
public final class CheckpointException extends FramePackException {

  /** See {@link FramePackException#FramePackException}. */
  public CheckpointException(
      String code, String message, String remedy, @Nullable Throwable cause) {
    super(code, message, remedy, cause);
  }
}
