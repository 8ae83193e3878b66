package dev.framepack.bench.metric.picture;

import dev.framepack.engine.image.Rgb8Image;

/** How sharp a picture is. */
public final class Sharpness {
  private Sharpness() {}

  /**
   * Variance of the Laplacian of luma, with its four neighbours, over all pixels that have four;
   * squared levels (Pech-Pacheco et al., ICPR 2000). 0 where no pixel has four.
   *
   * <p>Noise counts as sharpness, and values compare only between pictures of the same content.
   */
  public static double laplacianVariance(Rgb8Image picture) {
    LumaPlane luma = LumaPlane.of(picture);
    double sum = 0;
    double squares = 0;
    int count = 0;
    for (int y = 1; y < luma.height() - 1; y++) {
      for (int x = 1; x < luma.width() - 1; x++) {
        double laplacian =
            luma.at(x - 1, y)
                + luma.at(x + 1, y)
                + luma.at(x, y - 1)
                + luma.at(x, y + 1)
                - 4 * luma.at(x, y);
        sum += laplacian;
        squares += laplacian * laplacian;
        count++;
      }
    }
    double mean = sum / Math.max(1, count);
    return squares / Math.max(1, count) - mean * mean;
  }
}
