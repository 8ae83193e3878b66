package dev.framepack.bench.metric.picture;

import dev.framepack.engine.image.Rgb8Image;
import java.util.Arrays;

/**
 * Brightness of a picture as stored, [H, W], levels 0 to 255: {@code 0.299 R + 0.587 G + 0.114 B}
 * (ITU-R BT.601, as in the luma of PIL and OpenCV). Immutable.
 */
public final class LumaPlane {
  private final int width;
  private final int height;
  private final double[] values;

  private LumaPlane(int width, int height, double[] values) {
    this.width = width;
    this.height = height;
    this.values = values;
  }

  public static LumaPlane of(Rgb8Image picture) {
    double[] values = new double[picture.width() * picture.height()];
    int next = 0;
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        values[next++] =
            0.299 * picture.sample(x, y, 0)
                + 0.587 * picture.sample(x, y, 1)
                + 0.114 * picture.sample(x, y, 2);
      }
    }
    return new LumaPlane(picture.width(), picture.height(), values);
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  public double at(int x, int y) {
    return values[y * width + x];
  }

  /** Standard deviation over the pixels, levels: the RMS contrast (Peli, 1990). */
  public double rmsContrast() {
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
    return Math.sqrt(squares / values.length);
  }

  void requireSameSize(LumaPlane other) {
    if (width != other.width || height != other.height) {
      throw new IllegalArgumentException(
          "pictures to compare: expected %sx%s, found %sx%s"
              .formatted(width, height, other.width, other.height));
    }
  }
}
