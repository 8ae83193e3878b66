package dev.framepack.bench.metric.picture;

import dev.framepack.engine.image.Rgb8Image;
import java.nio.ByteBuffer;

/** Peak signal-to-noise ratio. */
public final class Psnr {
  /** Stands for the infinite ratio of equal pictures, so that means stay finite. */
  public static final double EQUAL_DECIBELS = 100;

  private Psnr() {}

  /**
   * {@code 10 log10(255^2 / MSE)} over all samples, dB, at most {@value #EQUAL_DECIBELS}.
   *
   * @throws IllegalArgumentException if the sizes differ
   */
  public static double decibels(Rgb8Image a, Rgb8Image b) {
    if (a.width() != b.width() || a.height() != b.height()) {
      throw new IllegalArgumentException(
          "pictures to compare: expected %sx%s, found %sx%s"
              .formatted(a.width(), a.height(), b.width(), b.height()));
    }
    ByteBuffer left = a.buffer();
    ByteBuffer right = b.buffer();
    double squares = 0;
    for (int i = 0; i < left.capacity(); i++) {
      double difference = (left.get(i) & 0xFF) - (right.get(i) & 0xFF);
      squares += difference * difference;
    }
    return Math.min(EQUAL_DECIBELS, 10 * Math.log10(255.0 * 255 * left.capacity() / squares));
  }
}
