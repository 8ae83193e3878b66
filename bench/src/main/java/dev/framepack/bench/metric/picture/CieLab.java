package dev.framepack.bench.metric.picture;

import dev.framepack.engine.image.Rgb8Image;

/**
 * A colour in CIELAB under D65 (CIE 15; sRGB by IEC 61966-2-1): lightness 0 to 100, a* from green
 * to red, b* from blue to yellow.
 */
public record CieLab(double lightness, double a, double b) {
  private static final double WHITE_X = 0.95047;
  private static final double WHITE_Z = 1.08883;
  private static final double[] LINEAR = new double[256];

  static {
    for (int level = 0; level < LINEAR.length; level++) {
      double stored = level / 255.0;
      LINEAR[level] = stored <= 0.04045 ? stored / 12.92 : Math.pow((stored + 0.055) / 1.055, 2.4);
    }
  }

  /** Of one pixel, levels 0 to 255. */
  public static CieLab of(int red, int green, int blue) {
    double r = LINEAR[red];
    double g = LINEAR[green];
    double b = LINEAR[blue];
    double x = response((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / WHITE_X);
    double y = response(0.2126729 * r + 0.7151522 * g + 0.0721750 * b);
    double z = response((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / WHITE_Z);
    return new CieLab(116 * y - 16, 500 * (x - y), 200 * (y - z));
  }

  private static double response(double share) {
    double edge = 6.0 / 29;
    return share > edge * edge * edge ? Math.cbrt(share) : share / (3 * edge * edge) + 4.0 / 29;
  }

  /** Which pixels count, and how much. */
  public interface Weight {
    double of(int x, int y);
  }

  /** Mean over all pixels. */
  public static CieLab mean(Rgb8Image picture) {
    return mean(picture, (x, y) -> 1);
  }

  /** Weighted mean over the pixels; NaN in every component when all weights are 0. */
  public static CieLab mean(Rgb8Image picture, Weight weight) {
    double sum = 0;
    double lightness = 0;
    double a = 0;
    double b = 0;
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        double part = weight.of(x, y);
        CieLab pixel =
            of(picture.sample(x, y, 0), picture.sample(x, y, 1), picture.sample(x, y, 2));
        sum += part;
        lightness += part * pixel.lightness;
        a += part * pixel.a;
        b += part * pixel.b;
      }
    }
    return new CieLab(lightness / sum, a / sum, b / sum);
  }

  /** The colour difference of 1976: Euclidean; about 2.3 is just noticeable. */
  public double distanceTo(CieLab other) {
    double l = lightness - other.lightness;
    double da = a - other.a;
    double db = b - other.b;
    return Math.sqrt(l * l + da * da + db * db);
  }
}
