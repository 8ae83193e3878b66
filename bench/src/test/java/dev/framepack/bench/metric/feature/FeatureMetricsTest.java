package dev.framepack.bench.metric.feature;

import static dev.framepack.bench.metric.TestPictures.flat;
import static dev.framepack.bench.metric.TestPictures.grey;
import static dev.framepack.bench.metric.TestPictures.picture;
import static dev.framepack.bench.metric.TestPictures.texture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.framepack.bench.metric.VideoFrames;
import dev.framepack.engine.image.Rgb8Image;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeatureMetricsTest {
  private static final FeatureExtractor FEATURES = new ColorEdgeFeatures();
  private static final double SQUARE_SHARE = 400.0 / 4096;

  private static double similarity(Rgb8Image frame, Rgb8Image first) {
    return FeatureMetrics.identity(FEATURES, first).measure(VideoFrames.of(List.of(frame)))[0];
  }

  @Test
  void featuresOfATexturedPictureHaveUnitLengthHalfFromColours() {
    double[] features = FEATURES.features(texture(0, 0));
    double all = Arrays.stream(features).map(f -> f * f).sum();
    double colors = Arrays.stream(features, 0, 64).map(f -> f * f).sum();
    assertThat(all).isCloseTo(1, within(1e-12));
    assertThat(colors).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void coloursWithoutACommonNeighbourAreNotAlike() {
    assertThat(similarity(flat(16, 0, 0, 0), flat(16, 0, 0, 0))).isCloseTo(1, within(1e-12));
    assertThat(similarity(flat(16, 0, 0, 0), flat(16, 255, 255, 255))).isZero();
    // Halfway between levels 0 and 85 of red: half the share in each.
    assertThat(similarity(picture16(0), flat(16, 0, 0, 0))).isCloseTo(1, within(1e-12));
    assertThat(similarity(picture16(17), flat(16, 0, 0, 0)))
        .isCloseTo(Math.sqrt(1 - 17 / 85.0), within(1e-12));
  }

  private static Rgb8Image picture16(int red) {
    return picture(16, 16, (x, y) -> red, (x, y) -> 0, (x, y) -> 0);
  }

  @Test
  void edgesAtARightAngleShareNoDirection() {
    Rgb8Image upright = grey(32, 32, (x, y) -> x / 4 % 2 * 85);
    Rgb8Image level = grey(32, 32, (x, y) -> y / 4 % 2 * 85);
    // The same colours, which are half of it.
    assertThat(similarity(upright, level)).isCloseTo(0.5, within(1e-9));
    assertThat(similarity(upright, upright)).isCloseTo(1, within(1e-12));
  }

  @Test
  void aDirectionBetweenTwoIsSharedByBoth() {
    double[] features = FEATURES.features(grey(32, 32, (x, y) -> 5 * x + y));
    double position = Math.atan2(1, 5) / Math.PI * 8;
    assertThat(features[64]).isCloseTo(Math.sqrt((1 - position) / 2), within(1e-9));
    assertThat(features[65]).isCloseTo(Math.sqrt(position / 2), within(1e-9));
  }

  @Test
  void aThingThatMovesStaysItselfAndOneThatChangesColourDoesNot() {
    double moved = similarity(square(30, 255), square(10, 255));
    double faded = similarity(square(30, 170), square(10, 255));
    assertThat(moved).isCloseTo(1, within(1e-9));
    // Its share of the colours is not found again; the edges' directions, half of it all, are.
    assertThat(faded).isCloseTo(1 - 0.5 * SQUARE_SHARE, within(1e-9));
  }

  private static Rgb8Image square(int left, int red) {
    return picture(
        64,
        64,
        (x, y) -> x >= left && x < left + 20 && y >= 20 && y < 40 ? red : 0,
        (x, y) -> 60,
        (x, y) -> 80);
  }

  @Test
  void frechetDriftIs0WithoutChangeAndGrowsWithIt() {
    FrechetMetric drift = FrechetMetric.drift(FEATURES);
    assertThat(drift.measure(VideoFrames.of(20, k -> texture(0, 0)))).isCloseTo(0, within(1e-9));
    double little = drift.measure(VideoFrames.of(20, k -> flat(16, 100 + k, 100, 100)));
    double much = drift.measure(VideoFrames.of(20, k -> flat(16, 100 + 3 * k, 100, 100)));
    assertThat(little).isPositive();
    assertThat(much).isGreaterThan(2 * little);
    assertThat(drift.measure(VideoFrames.of(13, k -> texture(k, 0))))
        .as("ends of one frame have no covariance")
        .isNaN();
  }

  @Test
  void layoutIsTheBrightnessOfEachField() {
    FeatureExtractor layout = new LayoutFeatures(FEATURES);
    double[] features = layout.features(grey(64, 64, (x, y) -> x < 8 && y >= 56 ? 255 : 51));
    assertThat(features).hasSize(72 + 64);
    assertThat(features[72]).isCloseTo(0.2, within(1e-12));
    assertThat(features[72 + 7 * 8]).isCloseTo(1, within(1e-12));
    assertThat(Arrays.stream(layout.features(flat(3, 102, 102, 102))).skip(72))
        .hasSize(64)
        .allSatisfy(field -> assertThat(field).isCloseTo(0.4, within(1e-12)));
  }

  @Test
  void onlyWithTheLayoutASquareThatStandsStillIsUnlikeOneThatPasses() {
    VideoFrames passing = VideoFrames.of(20, k -> square(2 + 2 * k, 255));
    VideoFrames still = VideoFrames.of(20, k -> square(2, 255));
    assertThat(FrechetMetric.toFuture(FEATURES, passing).measure(still)).isLessThan(0.01);
    FrechetMetric placed = FrechetMetric.toFuture(new LayoutFeatures(FEATURES), passing);
    assertThat(placed.measure(still)).isGreaterThan(0.1);
    assertThat(placed.measure(passing)).isCloseTo(0, within(1e-6));
  }

  @Test
  void frechetToTheFutureIs0ForTheFutureAndUnknownBeyondIt() {
    VideoFrames future = VideoFrames.of(10, k -> square(10 + k, 255));
    FrechetMetric metric = FrechetMetric.toFuture(FEATURES, future);
    assertThat(metric.measure(future)).isCloseTo(0, within(1e-6));
    assertThat(metric.measure(VideoFrames.of(10, k -> square(10 + k, 170))))
        .isCloseTo(SQUARE_SHARE, within(1e-6));
    assertThat(metric.measure(VideoFrames.of(11, k -> square(10 + k, 255)))).isNaN();
  }
}
