package dev.framepack.engine.demo;

import dev.framepack.engine.image.Rgb8Image;

/**
 * Draws a scene with the formulas of {@code render} in {@code src/demo/world.py}, on which the
 * model was trained, in float64 instead of float32. Lengths are fractions of the picture's side.
 */
final class ScenePainter {
  private static final int SIDE = DemoModel.SIDE_PIXELS;
  private static final double EDGE = 1.2 / SIDE;
  private static final double LANDMARK_HALF_SIDE = 0.05;
  // What the training pictures used for the square root of 2.
  private static final double DIAGONAL = 1.4142;

  /** From the shape's leftmost place to its rightmost. */
  static final int FREE_WAY_PIXELS = (int) (SIDE * (1 - 2 * SceneShape.RADIUS));

  private static final int PIXELS_A_FRAME = 2;
  private static final int PIXELS_A_COLUMN = 8;

  private final DemoScene scene;
  private final double gradientX;
  private final double gradientY;

  ScenePainter(DemoScene scene) {
    this.scene = scene;
    this.gradientX = Math.cos(scene.gradientRadians()) / DIAGONAL;
    this.gradientY = Math.sin(scene.gradientRadians()) / DIAGONAL;
  }

  /** The scene with its shape where the mask is. */
  Rgb8Image picture(ShapeMask mask) {
    byte[] rgb = new byte[SIDE * SIDE * Rgb8Image.CHANNELS];
    int next = 0;
    for (int row = 0; row < SIDE; row++) {
      for (int column = 0; column < SIDE; column++) {
        Rgb color =
            background(centre(column), centre(row))
                .mix(scene.color().rgb(), mask.cover(column, row));
        rgb[next++] = level(color.red());
        rgb[next++] = level(color.green());
        rgb[next++] = level(color.blue());
      }
    }
    return Rgb8Image.wrap(SIDE, SIDE, rgb);
  }

  /** The scene without its shape. */
  Rgb8Image background() {
    return picture(new ShapeMask(SIDE, SIDE, (column, row) -> 0));
  }

  /** Where the shape truly is. */
  ShapeMask mask(int frame) {
    double middleX = SceneShape.RADIUS + (double) offsetPixels(frame) / SIDE;
    double middleY = SceneShape.RADIUS + (1 - 2 * SceneShape.RADIUS) * scene.verticalPosition();
    return new ShapeMask(
        SIDE,
        SIDE,
        (column, row) ->
            cover(scene.shape().depth(centre(column) - middleX, centre(row) - middleY)));
  }

  // Whole pixels: frame a million is as exact as frame 0.
  private long offsetPixels(int frame) {
    long start = (long) PIXELS_A_COLUMN * scene.startColumn();
    long phase = scene.direction() == SceneDirection.RIGHT ? start : 2 * FREE_WAY_PIXELS - start;
    long way = Math.floorMod(phase + (long) PIXELS_A_FRAME * frame, 2L * FREE_WAY_PIXELS);
    return Math.min(way, 2 * FREE_WAY_PIXELS - way);
  }

  private Rgb background(double x, double y) {
    double along = (x - 0.5) * gradientX + (y - 0.5) * gradientY + 0.5;
    double fromLandmark =
        Math.max(Math.abs(x - scene.landmarkX()), Math.abs(y - scene.landmarkY()));
    return scene
        .gradientFrom()
        .mix(scene.gradientTo(), along)
        .mix(scene.landmarkColor().rgb(), cover(LANDMARK_HALF_SIDE - fromLandmark));
  }

  private static double cover(double depth) {
    return Math.clamp(depth / EDGE + 0.5, 0, 1);
  }

  private static double centre(int pixel) {
    return (pixel + 0.5) / SIDE;
  }

  private static byte level(double value) {
    double symmetric = value * 2 - 1;
    return (byte) Math.rint((symmetric + 1) * 127.5);
  }
}
