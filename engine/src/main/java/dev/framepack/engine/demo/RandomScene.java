package dev.framepack.engine.demo;

import java.util.Random;

/**
 * Draws a scene the model's training could have drawn (same ranges as {@code spec} in {@code
 * src/demo/world.py}), of those whose shape can be told from its background (as {@code good} in
 * {@code src/demo/demo_world.py}, for any shape, colour and direction).
 *
 * <p>Shape, colours and motion are drawn first, each equally likely; then each background colour
 * until it fits the shape's, both until they differ, and the landmark until it is off the path.
 */
final class RandomScene {
  private static final double LEAST_CONTRAST = 0.8;
  private static final double LEAST_GRADIENT = 0.45;
  private static final double LEAST_WAY_TO_LANDMARK = 0.3;

  // Its algorithm is part of the platform's specification: a seed means the same scene for ever.
  private final Random random;

  private RandomScene(long seed) {
    random = new Random(seed);
    // The first number hardly differs between neighbouring seeds.
    random.nextInt();
  }

  static DemoScene draw(long seed) {
    return new RandomScene(seed).draw();
  }

  private DemoScene draw() {
    SceneShape shape = oneOf(SceneShape.values());
    SceneColor color = oneOf(SceneColor.values());
    SceneDirection direction = oneOf(SceneDirection.values());
    int leastColumn = DemoScene.leastColumn(direction);
    int column = leastColumn + random.nextInt(DemoScene.COLUMNS - leastColumn);
    double vertical = random.nextDouble();
    Rgb from;
    Rgb to;
    do {
      from = background(color);
      to = background(color);
    } while (from.distanceTo(to) <= LEAST_GRADIENT);
    double path = SceneShape.RADIUS + (1 - 2 * SceneShape.RADIUS) * vertical;
    double landmarkY;
    do {
      landmarkY = between(0.1, 0.9);
    } while (Math.abs(landmarkY - path) <= LEAST_WAY_TO_LANDMARK);
    return new DemoScene(
        shape,
        color,
        direction,
        column,
        vertical,
        from,
        to,
        between(0, 2 * Math.PI),
        between(0.1, 0.9),
        landmarkY,
        oneOf(SceneColor.values()));
  }

  private Rgb background(SceneColor shape) {
    Rgb color;
    do {
      color = new Rgb(between(0.05, 0.6), between(0.05, 0.6), between(0.05, 0.6));
    } while (color.distanceTo(shape.rgb()) <= LEAST_CONTRAST);
    return color;
  }

  private <T> T oneOf(T[] values) {
    return values[random.nextInt(values.length)];
  }

  private double between(double least, double most) {
    return least + (most - least) * random.nextDouble();
  }
}
