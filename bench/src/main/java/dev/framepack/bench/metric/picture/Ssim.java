package dev.framepack.bench.metric.picture;

/**
 * Structural similarity of luma (Wang et al., IEEE TIP 13(4), 2004): a Gaussian window of 11x11
 * with a deviation of 1.5 pixels, K1 = 0.01, K2 = 0.03, L = 255, mean over all windows that lie
 * inside the picture.
 */
public final class Ssim {
  private static final double[] WINDOW = new double[11];
  private static final double C1 = Math.pow(0.01 * 255, 2);
  private static final double C2 = Math.pow(0.03 * 255, 2);

  static {
    double sum = 0;
    for (int i = 0; i < WINDOW.length; i++) {
      double away = i - WINDOW.length / 2;
      WINDOW[i] = Math.exp(-away * away / (2 * 1.5 * 1.5));
      sum += WINDOW[i];
    }
    for (int i = 0; i < WINDOW.length; i++) {
      WINDOW[i] /= sum;
    }
  }

  private Ssim() {}

  private interface Pixels {
    double at(int x, int y);
  }

  /**
   * 1 for equal pictures, down to -1.
   *
   * @throws IllegalArgumentException if the sizes differ or are below 11x11
   */
  public static double of(LumaPlane a, LumaPlane b) {
    a.requireSameSize(b);
    int width = a.width() - WINDOW.length + 1;
    int height = a.height() - WINDOW.length + 1;
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "pictures for SSIM: expected 11x11 or larger, found %sx%s"
              .formatted(a.width(), a.height()));
    }
    double[] meanA = windowed(width, height, a::at);
    double[] meanB = windowed(width, height, b::at);
    double[] squareA = windowed(width, height, (x, y) -> a.at(x, y) * a.at(x, y));
    double[] squareB = windowed(width, height, (x, y) -> b.at(x, y) * b.at(x, y));
    double[] product = windowed(width, height, (x, y) -> a.at(x, y) * b.at(x, y));
    double sum = 0;
    for (int i = 0; i < meanA.length; i++) {
      double both = meanA[i] * meanB[i];
      double squares = meanA[i] * meanA[i] + meanB[i] * meanB[i];
      double luminance = (2 * both + C1) / (squares + C1);
      double structure = (2 * (product[i] - both) + C2) / (squareA[i] + squareB[i] - squares + C2);
      sum += luminance * structure;
    }
    return sum / meanA.length;
  }

  /** Weighted sums over all windows, [height, width]; rows first, as the window is separable. */
  private static double[] windowed(int width, int height, Pixels pixels) {
    int rows = height + WINDOW.length - 1;
    double[] horizontal = new double[rows * width];
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < width; x++) {
        double sum = 0;
        for (int i = 0; i < WINDOW.length; i++) {
          sum += WINDOW[i] * pixels.at(x + i, y);
        }
        horizontal[y * width + x] = sum;
      }
    }
    double[] both = new double[height * width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double sum = 0;
        for (int i = 0; i < WINDOW.length; i++) {
          sum += WINDOW[i] * horizontal[(y + i) * width + x];
        }
        both[y * width + x] = sum;
      }
    }
    return both;
  }
}
