package dev.framepack.bench.metric.feature;

import dev.framepack.bench.metric.picture.LumaPlane;
import dev.framepack.engine.image.Rgb8Image;
import java.util.Arrays;

/**
 * Other features, and how bright the picture is where: mean luma, 0 to 1, of {@value #FIELDS} by
 * {@value #FIELDS} fields. A set of frames in which a thing stands still is then unlike one in
 * which it passes, though both have the same colours and edges.
 */
public final class LayoutFeatures implements FeatureExtractor {
  private static final int FIELDS = 8;
  private static final double FULL_LEVEL = 255;

  private final FeatureExtractor others;

  /**
   * @param others that say nothing of where
   */
  public LayoutFeatures(FeatureExtractor others) {
    this.others = others;
  }

  @Override
  public String about() {
    return "%s, and brightness in %s x %s fields".formatted(others.about(), FIELDS, FIELDS);
  }

  @Override
  public double[] features(Rgb8Image picture) {
    double[] first = others.features(picture);
    double[] features = Arrays.copyOf(first, first.length + FIELDS * FIELDS);
    LumaPlane luma = LumaPlane.of(picture);
    for (int row = 0; row < FIELDS; row++) {
      for (int column = 0; column < FIELDS; column++) {
        features[first.length + row * FIELDS + column] = brightness(luma, row, column);
      }
    }
    return features;
  }

  /** A field has a pixel at least, so that small pictures have all features too. */
  private static double brightness(LumaPlane luma, int row, int column) {
    int top = row * luma.height() / FIELDS;
    int left = column * luma.width() / FIELDS;
    int bottom = Math.max(top + 1, (row + 1) * luma.height() / FIELDS);
    int right = Math.max(left + 1, (column + 1) * luma.width() / FIELDS);
    double sum = 0;
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        sum += luma.at(x, y);
      }
    }
    return sum / FULL_LEVEL / ((bottom - top) * (right - left));
  }
}
