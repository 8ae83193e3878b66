package dev.framepack.engine.demo;

import dev.framepack.engine.image.Rgb8Image;

/**
 * Finds a shape of known colour before a known background.
 *
 * <p>A pixel p counts as shape by how far it lies between the background's colour b and the shape's
 * colour c: {@code cover = clamp((p - b).(c - b) / |c - b|^2, 0, 1)}, taken as 0 up to 0.4 and
 * where b and c are too alike ({@code centroid} in {@code src/demo/measure.py}).
 */
final class ShapeFinder {
  private static final double LEAST_COVER = 0.4;
  // In squared levels; 0.05 of the squared range of one channel.
  private static final double LEAST_CONTRAST = 3252;

  private ShapeFinder() {}

  static ShapeMask find(Rgb8Image picture, Rgb8Image background, Rgb shape) {
    long[] rgb = {
      Math.round(255 * shape.red()), Math.round(255 * shape.green()), Math.round(255 * shape.blue())
    };
    return new ShapeMask(
        picture.width(),
        picture.height(),
        (column, row) -> cover(picture, background, rgb, column, row));
  }

  private static double cover(
      Rgb8Image picture, Rgb8Image background, long[] shape, int column, int row) {
    double along = 0;
    double contrast = 0;
    for (int c = 0; c < Rgb8Image.CHANNELS; c++) {
      int behind = background.sample(column, row, c);
      double way = shape[c] - behind;
      along += (picture.sample(column, row, c) - behind) * way;
      contrast += way * way;
    }
    double cover = contrast <= LEAST_CONTRAST ? 0 : Math.clamp(along / contrast, 0, 1);
    return cover <= LEAST_COVER ? 0 : cover;
  }
}
