package dev.framepack.engine.video;

import java.util.function.Supplier;

/**
 * How an output is written.
 *
 * @param constantRateFactor quality of H.264, 0 (lossless) to 51 (worst); the reference uses 16
 * @param overwrite whether an existing output is replaced
 * @param ffmpeg where the program comes from; asked only for MP4
 */
public record SinkOptions(int constantRateFactor, boolean overwrite, Supplier<Ffmpeg> ffmpeg) {

  private static final int MAX_CONSTANT_RATE_FACTOR = 51;

  public SinkOptions {
    if (constantRateFactor < 0 || constantRateFactor > MAX_CONSTANT_RATE_FACTOR) {
      throw new IllegalArgumentException(
          "crf: expected 0 to %s, found %s"
              .formatted(MAX_CONSTANT_RATE_FACTOR, constantRateFactor));
    }
  }

  /** With the program found as {@link Ffmpeg#find} finds it. */
  public SinkOptions(int constantRateFactor, boolean overwrite) {
    this(constantRateFactor, overwrite, Ffmpeg::find);
  }
}
