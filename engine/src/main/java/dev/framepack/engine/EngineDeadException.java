package dev.framepack.engine;

import org.jspecify.annotations.Nullable;

/** The engine met a fault it cannot recover from and accepts no more work. */
public final class EngineDeadException extends FramePackException {

  /** See {@link FramePackException#FramePackException}. */
  public EngineDeadException(
      String code, String message, String remedy, @Nullable Throwable cause) {
    super(code, message, remedy, cause);
  }
}
