package dev.framepack.engine.demo;

import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.image.Rgb8Image;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One scene of the synthetic world the demo's model was trained on, and its true future: a shape
 * moves 2 pixels a frame over a two-colour gradient with a landmark and bounces, 64x64 pixels.
 *
 * <p>The future has no end: after 36 frames the shape is where it was, moving the same way. A port
 * of {@code src/demo/world.py}.
 *
 * @param startColumn 0 to 4, 8 pixels apart; 0 is leftmost, where nothing sets out to the left
 * @param verticalPosition of the shape, 0 uppermost to 1 lowermost
 * @param gradientFrom background colour where the gradient begins
 * @param gradientTo background colour where it ends
 * @param gradientRadians the gradient's direction: 0 to the right, a quarter turn downwards
 * @param landmarkX middle of the landmark, a square of 6.4 pixels, as a fraction of the side
 * @param landmarkY the same from the upper edge
 */
public record DemoScene(
    SceneShape shape,
    SceneColor color,
    SceneDirection direction,
    int startColumn,
    double verticalPosition,
    Rgb gradientFrom,
    Rgb gradientTo,
    double gradientRadians,
    double landmarkX,
    double landmarkY,
    SceneColor landmarkColor) {

  /** Columns a shape may start in. */
  public static final int COLUMNS = 5;

  /** Length of a shape's way from end to end, pixels: no two places on it are further apart. */
  public static final int PATH_PIXELS = ScenePainter.FREE_WAY_PIXELS;

  private static final String CODE = "SCENE";
  private static final String BUILT_IN = "built-in";
  private static final Pattern RANDOM = Pattern.compile("random:(-?\\d{1,19})");

  /**
   * @throws InvalidRequestException {@code SCENE} when a column or a position is out of range
   */
  public DemoScene {
    int least = leastColumn(direction);
    if (startColumn < least || startColumn >= COLUMNS) {
      throw refused(
          "start column of a shape moving %s: expected %s to %s, found %s"
              .formatted(direction.word(), least, COLUMNS - 1, startColumn));
    }
    requireFraction("vertical position", verticalPosition);
    requireFraction("landmark x", landmarkX);
    requireFraction("landmark y", landmarkY);
    if (!Double.isFinite(gradientRadians)) {
      throw refused("gradient angle: expected a finite number, found " + gradientRadians);
    }
  }

  /** The scene of the built-in start image and prompt. */
  public static DemoScene builtIn() {
    return BuiltInScene.read();
  }

  /**
   * A scene of any shape, colour, direction and place whose shape contrasts with both background
   * colours (by more than 0.8 in RGB) and whose landmark is off the shape's path; the same for the
   * same seed, on every machine.
   */
  public static DemoScene random(long seed) {
    return RandomScene.draw(seed);
  }

  /**
   * A scene by its name: {@code built-in}, or {@code random:SEED} with a whole number.
   *
   * @throws InvalidRequestException {@code SCENE} when there is no such scene
   */
  public static DemoScene parse(String name) {
    if (name.equals(BUILT_IN)) {
      return builtIn();
    }
    Matcher random = RANDOM.matcher(name);
    if (random.matches()) {
      try {
        return random(Long.parseLong(random.group(1)));
      } catch (NumberFormatException e) {
        throw unknown(name, e);
      }
    }
    throw unknown(name, null);
  }

  /** What the model was told in training about such a scene. */
  public String prompt() {
    return "a %s %s moves %s quickly".formatted(color.word(), shape.word(), direction.word());
  }

  /** Frame 0, 64x64. */
  public Rgb8Image startImage() {
    return frame(0);
  }

  /** A true frame, 64x64; negative ones lie before the start. */
  public Rgb8Image frame(int index) {
    return new ScenePainter(this).picture(trueMask(index));
  }

  /** The scene without its shape, 64x64. */
  public Rgb8Image background() {
    return new ScenePainter(this).background();
  }

  /** Where the shape truly is in a frame: its centroid, area and cover. */
  public ShapeMask trueMask(int index) {
    return new ScenePainter(this).mask(index);
  }

  /**
   * Finds the shape in a picture by its colour and the known background; area 0 when there is none.
   *
   * @throws InvalidRequestException {@code SCENE} when the picture is not 64x64
   */
  public ShapeMask find(Rgb8Image picture) {
    int side = DemoModel.SIDE_PIXELS;
    if (picture.width() != side || picture.height() != side) {
      throw refused(
          "picture of a scene: expected %sx%s, found %sx%s"
              .formatted(side, side, picture.width(), picture.height()));
    }
    return ShapeFinder.find(picture, background(), color.rgb());
  }

  /**
   * Whether what was found has about the right size: half to one and a half times the true area.
   */
  public boolean isShape(ShapeMask found) {
    double area = trueMask(0).area();
    return found.area() > area / 2 && found.area() < area * 1.5;
  }

  static int leastColumn(SceneDirection direction) {
    return direction == SceneDirection.LEFT ? 1 : 0;
  }

  private static void requireFraction(String what, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw refused("%s: expected 0 to 1, found %s".formatted(what, value));
    }
  }

  private static InvalidRequestException refused(String what) {
    return new InvalidRequestException(CODE, what, "", null);
  }

  private static InvalidRequestException unknown(String name, @Nullable Throwable cause) {
    return new InvalidRequestException(
        CODE,
        "no scene is called '%s'".formatted(name),
        "name it %s, or random:SEED with a whole number".formatted(BUILT_IN),
        cause);
  }
}
