package dev.framepack.engine.demo;

import java.util.Locale;

/** The forms the demo's model has words for, all of one size. */
public enum SceneShape {
  CIRCLE {
    @Override
    double depth(double x, double y) {
      return RADIUS - Math.sqrt(x * x + y * y);
    }
  },
  SQUARE {
    @Override
    double depth(double x, double y) {
      return RADIUS * 0.85 - Math.max(Math.abs(x), Math.abs(y));
    }
  },
  TRIANGLE {
    @Override
    double depth(double x, double y) {
      double side = (y + RADIUS - 1.8 * Math.abs(x)) / 2.06;
      return Math.min(RADIUS * 0.6 - y, side);
    }
  };

  /** Of every shape, as a fraction of the picture's side. */
  static final double RADIUS = 14.0 / DemoModel.SIDE_PIXELS;

  /**
   * How far a point lies inside the edge, negative outside; all in fractions of the picture's side.
   *
   * @param x from the shape's middle to the right
   * @param y from the shape's middle downwards
   */
  abstract double depth(double x, double y);

  /** The word in the prompt. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
