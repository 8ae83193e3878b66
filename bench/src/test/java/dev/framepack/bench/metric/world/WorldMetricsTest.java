package dev.framepack.bench.metric.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.framepack.bench.metric.AbsentMetric;
import dev.framepack.bench.metric.FrameMetric;
import dev.framepack.bench.metric.VideoContext;
import dev.framepack.bench.metric.VideoFrames;
import dev.framepack.bench.metric.picture.CieLab;
import dev.framepack.engine.demo.DemoScene;
import dev.framepack.engine.demo.SceneColor;
import dev.framepack.engine.demo.SceneShape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Metrics of the synthetic world on videos of which the answer is known. */
class WorldMetricsTest {
  private static final int FRAMES = 30;
  private final DemoScene scene = DemoScene.builtIn();

  private double[] measure(String name, VideoFrames video) {
    return new WorldMetrics()
        .metrics(VideoContext.ofScene(scene)).stream()
            .filter(metric -> metric.info().name().equals(name))
            .map(metric -> ((FrameMetric) metric).measure(video))
            .findFirst()
            .orElseThrow();
  }

  private static double min(double[] values) {
    return Arrays.stream(values).min().orElseThrow();
  }

  private static double max(double[] values) {
    return Arrays.stream(values).max().orElseThrow();
  }

  private DemoScene with(SceneShape shape, SceneColor color) {
    return with(shape, color, scene.verticalPosition());
  }

  private DemoScene at(double verticalPosition) {
    return with(scene.shape(), scene.color(), verticalPosition);
  }

  private DemoScene with(SceneShape shape, SceneColor color, double verticalPosition) {
    return new DemoScene(
        shape,
        color,
        scene.direction(),
        scene.startColumn(),
        verticalPosition,
        scene.gradientFrom(),
        scene.gradientTo(),
        scene.gradientRadians(),
        scene.landmarkX(),
        scene.landmarkY(),
        scene.landmarkColor());
  }

  @Test
  void theTrueFutureIsPerfect() {
    VideoFrames truth = VideoFrames.of(FRAMES, scene::frame);
    assertThat(measure("shape-found", truth)).containsOnly(1.0);
    assertThat(max(measure("position-error", truth))).isLessThan(0.05);
    assertThat(min(measure("shape-form", truth))).isBetween(0.97, 1.0);
    assertThat(max(measure("shape-area-shift", truth))).isLessThan(2);
    assertThat(max(measure("shape-color-shift", truth))).isLessThan(0.2);
  }

  @Test
  void aStillShapeIsAsFarOffAsTheTrueOneMoved() {
    double[] error = measure("position-error", VideoFrames.of(FRAMES, k -> scene.frame(0)));
    assertThat(error[0]).isCloseTo(0, within(0.05));
    assertThat(error[10]).isCloseTo(20, within(0.05));
    assertThat(error[28]).as("back again after a bounce").isCloseTo(0, within(0.05));
  }

  @Test
  void aVideoThatLagsIsOffByItsLag() {
    double[] error = measure("position-error", VideoFrames.of(12, k -> scene.frame(k - 3)));
    assertThat(min(error)).isCloseTo(6, within(0.1));
    assertThat(max(error)).isCloseTo(6, within(0.1));
  }

  @Test
  void whereTheShapeIsGoneTheWorstIsCounted() {
    VideoFrames video = VideoFrames.of(FRAMES, k -> k < 20 ? scene.frame(k) : scene.background());
    assertThat(measure("shape-found", video)[19]).isEqualTo(1);
    assertThat(measure("shape-found", video)[20]).isZero();
    assertThat(measure("position-error", video)[20]).isEqualTo(36);
    assertThat(measure("shape-form", video)[20]).isZero();
    assertThat(measure("shape-area-shift", video)[20]).isEqualTo(100);
    // A yellow circle before a blue gradient.
    assertThat(measure("shape-color-shift", video)[20]).isGreaterThan(50);
  }

  @Test
  void aShapeInTheWrongPlaceIsNeverFurtherOffThanOneThatIsGone() {
    DemoScene below = at(1 - scene.verticalPosition());
    assertThat(Math.abs(scene.verticalPosition() - 0.5)).as("somewhere else").isGreaterThan(0.1);
    double[] error = measure("position-error", VideoFrames.of(FRAMES, k -> below.frame(k + 18)));
    assertThat(max(error)).isEqualTo(DemoScene.PATH_PIXELS);
  }

  @Test
  void anotherFormIsSeen() {
    DemoScene square = with(SceneShape.SQUARE, scene.color());
    double squareForm = measure("shape-form", VideoFrames.of(FRAMES, square::frame))[5];
    // Square of side 23.8 and circle of radius 14 on one centre: 531.8 in common, 650.3 together.
    assertThat(squareForm).isCloseTo(531.8 / 650.3, within(0.01));
    double area = measure("shape-area-shift", VideoFrames.of(FRAMES, square::frame))[5];
    assertThat(area).isCloseTo(100 * (1 - 566.0 / 615.7), within(1.0));
  }

  @Test
  void aShapeOfLessThanHalfTheSizeIsNotTheShape() {
    // A triangle has 45 % of a circle's area.
    DemoScene triangle = with(SceneShape.TRIANGLE, scene.color());
    assertThat(measure("shape-found", VideoFrames.of(3, triangle::frame))).containsOnly(0.0);
  }

  @Test
  void anotherColourIsSeen() {
    DemoScene orange = with(SceneShape.CIRCLE, SceneColor.ORANGE);
    double[] shift = measure("shape-color-shift", VideoFrames.of(FRAMES, orange::frame));
    double expected = CieLab.of(250, 140, 26).distanceTo(CieLab.of(250, 230, 38));
    assertThat(shift[7]).isCloseTo(expected, within(0.5));
  }

  @Test
  void withoutASceneAllOfThemAreAbsent() {
    assertThat(new WorldMetrics().metrics(VideoContext.ofRequest("a circle", scene.startImage())))
        .hasSize(ShapeProperty.ALL.size())
        .allSatisfy(metric -> assertThat(metric).isInstanceOf(AbsentMetric.class));
  }
}
