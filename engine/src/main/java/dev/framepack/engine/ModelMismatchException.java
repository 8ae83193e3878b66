package dev.framepack.engine;

import org.jspecify.annotations.Nullable;

/** The model files are well-formed but do not fit together, or do not fit the request. */
public final class ModelMismatchException extends FramePackException {

  /** See {@link FramePackException#FramePackException}. */
  public ModelMismatchException(
      String code, String message, String remedy, @Nullable Throwable cause) {
    super(code, message, remedy, cause);
  }
}
