package dev.framepack.engine;

import org.jspecify.annotations.Nullable;

/**
 * An input image cannot be used: {@code IMAGE_TOO_LARGE}, {@code IMAGE_FORMAT} or {@code
 * IMAGE_DECODE}.
 */
public final class ImageException extends InvalidRequestException {

  /** See {@link FramePackException#FramePackException}. */
  public ImageException(String code, String message, String remedy, @Nullable Throwable cause) {
    super(code, message, remedy, cause);
  }
}
