package dev.framepack.bench.metric.feature;

import dev.framepack.bench.metric.picture.LumaPlane;
import dev.framepack.engine.image.Rgb8Image;

/**
 * Which colours a picture has and which way its edges run, wherever they are: square roots of two
 * histograms, so that the cosine of two pictures is the mean of the two Bhattacharyya coefficients.
 *
 * <p>64 colours (4 to a channel, shares spread linearly over neighbours, so that a small shift is a
 * small change), then 8 directions of luma gradients by central differences, weighted by their
 * length. No network: it knows no objects and no faces, and a mirrored picture has the same
 * colours.
 */
public final class ColorEdgeFeatures implements FeatureExtractor {
  private static final int LEVELS = 4;
  private static final int COLORS = LEVELS * LEVELS * LEVELS;
  private static final int DIRECTIONS = 8;

  @Override
  public String about() {
    return "histograms of colours and edge directions";
  }

  @Override
  public double[] features(Rgb8Image picture) {
    double[] features = new double[COLORS + DIRECTIONS];
    addColors(picture, features);
    addDirections(LumaPlane.of(picture), features);
    toUnitLength(features, 0, COLORS);
    toUnitLength(features, COLORS, features.length);
    return features;
  }

  private static void addColors(Rgb8Image picture, double[] histogram) {
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        double r = position(picture.sample(x, y, 0));
        double g = position(picture.sample(x, y, 1));
        double b = position(picture.sample(x, y, 2));
        for (int corner = 0; corner < 8; corner++) {
          int red = (int) r + (corner & 1);
          int green = (int) g + (corner >> 1 & 1);
          int blue = (int) b + (corner >> 2);
          double share = share(r, red) * share(g, green) * share(b, blue);
          // A neighbour beyond the last level has no share, and no place either.
          if (share > 0) {
            histogram[(red * LEVELS + green) * LEVELS + blue] += share;
          }
        }
      }
    }
  }

  private static double position(int sample) {
    return sample / 255.0 * (LEVELS - 1);
  }

  private static double share(double position, int level) {
    return 1 - Math.abs(position - level);
  }

  private static void addDirections(LumaPlane luma, double[] features) {
    for (int y = 1; y < luma.height() - 1; y++) {
      for (int x = 1; x < luma.width() - 1; x++) {
        double dx = luma.at(x + 1, y) - luma.at(x - 1, y);
        double dy = luma.at(x, y + 1) - luma.at(x, y - 1);
        // Dark to light and light to dark are the same direction: half a turn is all of it.
        double turn = Math.atan2(dy, dx) / Math.PI + 1;
        double position = turn * DIRECTIONS;
        int below = (int) position;
        double length = Math.hypot(dx, dy);
        features[COLORS + below % DIRECTIONS] += length * share(position, below);
        features[COLORS + (below + 1) % DIRECTIONS] += length * share(position, below + 1);
      }
    }
  }

  /** From shares to square roots whose squares sum up to half; all 0 stays so. */
  private static void toUnitLength(double[] features, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += features[i];
    }
    for (int i = from; i < to && sum > 0; i++) {
      features[i] = Math.sqrt(features[i] / sum / 2);
    }
  }
}
