package dev.framepack.bench.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.video.FrameStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the factories compare, and the adapters they read through. */
class FrameMetricTest {
  private static final MetricInfo INFO = new MetricInfo("red", "levels", Better.NEITHER, "red");
  private final VideoFrames video =
      VideoFrames.of(4, k -> TestPictures.flat(16, 10 * (k + 1), 0, 0));

  private static double red(Rgb8Image picture) {
    return picture.sample(0, 0, 0);
  }

  private static double minus(double frame, double other) {
    return frame - other;
  }

  @Test
  void eachFrameAlone() {
    assertThat(FrameMetric.ofEach(INFO, FrameMetricTest::red).measure(video))
        .containsExactly(10, 20, 30, 40);
  }

  @Test
  void eachFrameAgainstTheStartImageAtItsSizeOrFrame0() {
    Rgb8Image start = TestPictures.flat(40, 7, 0, 0);
    assertThat(against(start)).containsExactly(3, 13, 23, 33);
    assertThat(against(null)).containsExactly(0, 10, 20, 30);
  }

  private double[] against(@Nullable Rgb8Image start) {
    return FrameMetric.againstStart(
            INFO,
            start,
            picture -> {
              assertThat(picture.width()).isEqualTo(16);
              return red(picture);
            },
            FrameMetricTest::minus)
        .measure(video);
  }

  @Test
  void eachFrameAgainstTheOneBefore() {
    FrameMetric metric =
        FrameMetric.againstPrevious(INFO, FrameMetricTest::red, FrameMetricTest::minus);
    assertThat(metric.measure(video)).containsExactly(Double.NaN, 10, 10, 10);
  }

  @Test
  void eachFrameAgainstTheFutureAsFarAsItIsKnown() {
    VideoFrames future = VideoFrames.of(2, k -> TestPictures.flat(16, 5 * k, 0, 0));
    FrameMetric metric =
        FrameMetric.againstFuture(INFO, future, FrameMetricTest::red, FrameMetricTest::minus);
    assertThat(metric.measure(video)).containsExactly(10, 15, Double.NaN, Double.NaN);
  }

  @Test
  void framesAreReadFromAListAndFromAStoreInOrderOfTime(@TempDir Path folder) {
    List<Rgb8Image> frames = video.frames(0, 4).toList();
    assertThat(VideoFrames.of(frames).frames(1, 3).toList()).isEqualTo(frames.subList(1, 3));
    try (FrameStore store = new FrameStore(16, 16, folder)) {
      frames.reversed().forEach(store::prepend);
      VideoFrames stored = VideoFrames.of(store);
      List<Rgb8Image> read = new ArrayList<>();
      stored.frames(0, stored.count()).forEach(read::add);
      assertThat(read).isEqualTo(frames);
      assertThatThrownBy(() -> stored.frame(4)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }
}
