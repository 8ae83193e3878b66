package dev.framepack.bench.metric.world;

import dev.framepack.engine.demo.ShapeMask;

/** How much two shapes are alike in form and size, wherever they are. */
final class AlignedOverlap {
  private AlignedOverlap() {}

  /**
   * Intersection over union of the covers, {@code sum(min) / sum(max)}, after the first is moved so
   * that the centroids agree, by bilinear interpolation; 0 to 1. What leaves the picture is lost.
   */
  static double of(ShapeMask moved, ShapeMask still) {
    double dx = moved.x() - still.x();
    double dy = moved.y() - still.y();
    double intersection = 0;
    double union = 0;
    for (int row = 0; row < still.height(); row++) {
      for (int column = 0; column < still.width(); column++) {
        double a = interpolated(moved, column + dx, row + dy);
        double b = still.cover(column, row);
        intersection += Math.min(a, b);
        union += Math.max(a, b);
      }
    }
    return union == 0 ? 0 : intersection / union;
  }

  private static double interpolated(ShapeMask mask, double x, double y) {
    int left = (int) Math.floor(x);
    int top = (int) Math.floor(y);
    double right = x - left;
    double below = y - top;
    return (1 - below) * ((1 - right) * mask.cover(left, top) + right * mask.cover(left + 1, top))
        + below * ((1 - right) * mask.cover(left, top + 1) + right * mask.cover(left + 1, top + 1));
  }
}
