package dev.framepack.bench.metric.motion;

import static dev.framepack.bench.metric.TestPictures.flat;
import static dev.framepack.bench.metric.TestPictures.grey;
import static dev.framepack.bench.metric.TestPictures.texture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.framepack.bench.metric.FrameMetric;
import dev.framepack.bench.metric.VideoContext;
import dev.framepack.bench.metric.VideoFrames;
import dev.framepack.engine.image.Rgb8Image;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MotionMetricsTest {

  private static double[] motion(VideoFrames video) {
    return ((FrameMetric) new MotionMetrics().metrics(VideoContext.NONE).getFirst()).measure(video);
  }

  private static double[] smoothness(VideoFrames video) {
    return new MotionSmoothness().measure(video);
  }

  @ParameterizedTest
  @CsvSource({"0,0", "1,0", "3,-2", "-7,7", "0,-5"})
  void aShiftedPictureMovesByExactlyTheShift(int dx, int dy) {
    double[] motion = motion(VideoFrames.of(3, k -> texture(k * dx, k * dy)));
    assertThat(motion[0]).isNaN();
    assertThat(motion[1]).isCloseTo(Math.hypot(dx, dy), within(1e-12));
    assertThat(motion[2]).isCloseTo(Math.hypot(dx, dy), within(1e-12));
  }

  @Test
  void onlyTheMovingPartMoves() {
    // Search reaches 7 pixels, which leaves 6x6 blocks from pixel 7 on; the lowest two rows move.
    Rgb8Image still = texture(0, 0);
    Rgb8Image moved = texture(4, 0);
    Rgb8Image partly = grey(64, 64, (x, y) -> (y < 7 + 4 * 8 ? still : moved).sample(x, y, 0));
    double[] motion = motion(VideoFrames.of(List.of(still, partly)));
    assertThat(motion[1]).isCloseTo(4.0 / 3, within(1e-12));
  }

  @Test
  void flickerInFlatAreasIsNoMotion() {
    double[] motion =
        motion(VideoFrames.of(3, k -> grey(64, 64, (x, y) -> 100 + (x * 7 + y * 3 + k * 5) % 2)));
    assertThat(motion[1]).isZero();
    assertThat(motion[2]).isZero();
  }

  @Test
  void picturesTooSmallForABlockHaveNoMotion() {
    assertThat(motion(VideoFrames.of(2, k -> flat(7, k, k, k)))[1]).isNaN();
  }

  @Test
  void steadyMotionIsPerfectlySmooth() {
    double[] smoothness = smoothness(VideoFrames.of(6, k -> texture(3 * k, -2 * k)));
    assertThat(smoothness).containsExactly(Double.NaN, 1, Double.NaN, 1, Double.NaN, Double.NaN);
  }

  @Test
  void aJerkIsNotSmooth() {
    int[] places = {0, 6, 4, 6, 8};
    double[] smoothness = smoothness(VideoFrames.of(5, k -> texture(places[k], 0)));
    assertThat(smoothness[1]).isLessThan(0.75);
    assertThat(smoothness[3]).isEqualTo(1);
  }

  @Test
  void aFlashCostsItsShareOfTheRange() {
    double[] smoothness =
        smoothness(
            VideoFrames.of(3, k -> k == 1 ? flat(64, 151, 151, 151) : flat(64, 100, 100, 100)));
    assertThat(smoothness[1]).isCloseTo(0.8, within(1e-12));
  }
}
