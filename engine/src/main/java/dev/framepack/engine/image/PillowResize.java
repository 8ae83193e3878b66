package dev.framepack.engine.image;

/**
 * Pillow's separable resampling of 8-bit RGB, byte for byte: a horizontal, then a vertical pass
 * with coefficients in 22-bit fixed point and a rounding to 8 bits after each.
 *
 * <p>When an axis shrinks, the filter widens by the same factor, so that every source pixel counts.
 */
public final class PillowResize {

  private static final int PRECISION_BITS = 32 - 8 - 2;
  private static final int HALF = 1 << (PRECISION_BITS - 1);

  /** The filters used by the reference. */
  public enum Filter {
    /** Keys' cubic convolution with a = -0.5. */
    BICUBIC(2.0) {
      @Override
      double weight(double x) {
        double a = -0.5;
        double d = Math.abs(x);
        if (d < 1.0) {
          return ((a + 2.0) * d - (a + 3.0)) * d * d + 1;
        }
        return d < 2.0 ? (((d - 5) * d + 8) * d - 4) * a : 0.0;
      }
    },
    /** A sinc windowed by a three times wider sinc. */
    LANCZOS(3.0) {
      @Override
      double weight(double x) {
        return -3.0 <= x && x < 3.0 ? sinc(x) * sinc(x / 3) : 0.0;
      }
    };

    final double support;

    Filter(double support) {
      this.support = support;
    }

    abstract double weight(double x);

    private static double sinc(double x) {
      if (x == 0.0) {
        return 1.0;
      }
      double angle = x * Math.PI;
      return StrictMath.sin(angle) / angle;
    }
  }

  /**
   * For each output place: its first source place, and the weights from there on, in fixed point.
   */
  private record Taps(int[] first, int[][] weights) {

    static Taps of(int inputSize, int outputSize, Filter filter) {
      double scale = (double) inputSize / outputSize;
      double stretch = Math.max(scale, 1.0);
      double support = filter.support * stretch;
      int[] first = new int[outputSize];
      int[][] weights = new int[outputSize][];
      for (int i = 0; i < outputSize; i++) {
        double center = (i + 0.5) * scale;
        first[i] = Math.max((int) (center - support + 0.5), 0);
        int count = Math.min((int) (center + support + 0.5), inputSize) - first[i];
        weights[i] = fixedPoint(normalized(filter, first[i] - center, count, 1.0 / stretch));
      }
      return new Taps(first, weights);
    }

    private static double[] normalized(Filter filter, double from, int count, double scale) {
      double[] weights = new double[count];
      double sum = 0;
      for (int k = 0; k < count; k++) {
        weights[k] = filter.weight((k + from + 0.5) * scale);
        sum += weights[k];
      }
      for (int k = 0; k < count && sum != 0; k++) {
        weights[k] /= sum;
      }
      return weights;
    }

    private static int[] fixedPoint(double[] weights) {
      int[] fixed = new int[weights.length];
      for (int k = 0; k < fixed.length; k++) {
        double scaled = weights[k] * (1 << PRECISION_BITS);
        fixed[k] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
      }
      return fixed;
    }
  }

  private PillowResize() {}

  /** The whole picture at the given size; the same picture when it has that size already. */
  public static Rgb8Image resize(Rgb8Image image, int width, int height, Filter filter) {
    Rgb8Image result = image;
    if (width != result.width()) {
      result = horizontal(result, width, Taps.of(result.width(), width, filter));
    }
    if (height != result.height()) {
      result = vertical(result, height, Taps.of(result.height(), height, filter));
    }
    return result;
  }

  private static Rgb8Image horizontal(Rgb8Image image, int width, Taps taps) {
    byte[] in = image.bytes();
    byte[] out = new byte[Math.multiplyExact(width * Rgb8Image.CHANNELS, image.height())];
    int o = 0;
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < width; x++) {
        int start = (y * image.width() + taps.first[x]) * Rgb8Image.CHANNELS;
        o = accumulate(in, start, Rgb8Image.CHANNELS, taps.weights[x], out, o);
      }
    }
    return Rgb8Image.wrap(width, image.height(), out);
  }

  private static Rgb8Image vertical(Rgb8Image image, int height, Taps taps) {
    byte[] in = image.bytes();
    int rowBytes = image.width() * Rgb8Image.CHANNELS;
    byte[] out = new byte[Math.multiplyExact(rowBytes, height)];
    int o = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < rowBytes; x += Rgb8Image.CHANNELS) {
        o = accumulate(in, taps.first[y] * rowBytes + x, rowBytes, taps.weights[y], out, o);
      }
    }
    return Rgb8Image.wrap(image.width(), height, out);
  }

  /** One RGB output pixel; returns the place after it. */
  private static int accumulate(
      byte[] in, int start, int stride, int[] weights, byte[] out, int place) {
    int red = HALF;
    int green = HALF;
    int blue = HALF;
    int i = start;
    for (int weight : weights) {
      red += (in[i] & 0xFF) * weight;
      green += (in[i + 1] & 0xFF) * weight;
      blue += (in[i + 2] & 0xFF) * weight;
      i += stride;
    }
    out[place] = clip(red);
    out[place + 1] = clip(green);
    out[place + 2] = clip(blue);
    return place + Rgb8Image.CHANNELS;
  }

  private static byte clip(int fixed) {
    return (byte) Math.clamp(fixed >> PRECISION_BITS, 0, 255);
  }
}
