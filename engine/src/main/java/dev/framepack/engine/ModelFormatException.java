package dev.framepack.engine;

import org.jspecify.annotations.Nullable;

/** A model file is damaged, malformed or of an unknown format. */
public final class ModelFormatException extends FramePackException {

  /** See {@link FramePackException#FramePackException}. */
  public ModelFormatException(
      String code, String message, String remedy, @Nullable Throwable cause) {
    super(code, message, remedy, cause);
  }
}
