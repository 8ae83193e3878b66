package dev.framepack.bench.metric.world;

import dev.framepack.bench.metric.picture.CieLab;
import dev.framepack.engine.demo.DemoScene;
import dev.framepack.engine.demo.ShapeMask;
import dev.framepack.engine.image.Rgb8Image;

/** The shape as it was found in a picture. */
record ShapeView(Rgb8Image picture, ShapeMask mask, boolean isFound) {
  private static final double MOSTLY = 0.5;

  static ShapeView of(DemoScene scene, Rgb8Image picture) {
    ShapeMask mask = scene.find(picture);
    return new ShapeView(picture, mask, scene.isShape(mask));
  }

  /**
   * Mean colour of the shape; where it was not found, or only as specks, of what is in its place.
   *
   * @param truth its true place
   */
  CieLab meanColor(ShapeMask truth) {
    CieLab found = meanInside(mask);
    return isFound && !Double.isNaN(found.lightness()) ? found : meanInside(truth);
  }

  /** Over the pixels all of whose neighbours are shape, so that none is mixed with another. */
  private CieLab meanInside(ShapeMask shape) {
    return CieLab.mean(picture, (x, y) -> isInside(shape, x, y) ? 1 : 0);
  }

  private static boolean isInside(ShapeMask shape, int x, int y) {
    for (int dy = -1; dy <= 1; dy++) {
      for (int dx = -1; dx <= 1; dx++) {
        if (shape.cover(x + dx, y + dy) < MOSTLY) {
          return false;
        }
      }
    }
    return true;
  }
}
