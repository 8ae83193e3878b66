package dev.framepack.bench.metric.world;

import dev.framepack.bench.metric.picture.CieLab;
import dev.framepack.engine.demo.DemoScene;
import dev.framepack.engine.demo.ShapeMask;
import dev.framepack.engine.image.Rgb8Image;

/** The shape as it was found in a picture. */
record ShapeView(Rgb8Image picture, ShapeMask mask, boolean isFound) {

  static ShapeView of(DemoScene scene, Rgb8Image picture) {
    ShapeMask mask = scene.find(picture);
    return new ShapeView(picture, mask, scene.isShape(mask));
  }

  /** Mean over the pixels all of whose neighbours are shape, so that none is mixed with another. */
  CieLab meanColor() {
    return CieLab.mean(picture, (x, y) -> isInside(x, y) ? 1 : 0);
  }

  private boolean isInside(int x, int y) {
    for (int dy = -1; dy <= 1; dy++) {
      for (int dx = -1; dx <= 1; dx++) {
        if (mask.cover(x + dx, y + dy) == 0) {
          return false;
        }
      }
    }
    return true;
  }
}
