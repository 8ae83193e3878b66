package dev.framepack.bench.reproduce.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.framepack.bench.metric.VideoFrames;
import dev.framepack.bench.reproduce.Fixtures;
import dev.framepack.bench.reproduce.run.Measurement.Curve;
import dev.framepack.engine.image.Rgb8Image;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** What is kept of a video: short curves, small pictures, and nothing lost on the way to disk. */
class ReproduceCurveTest {
  @TempDir Path folder;

  @Test
  void shortCurvesAreKeptAsTheyAre() {
    Curve curve = Curve.of(new double[] {1, Double.NaN, 3.00000049}, 30);
    assertThat(curve.values()).containsExactly(1.0, Double.NaN, 3.0);
    assertThat(curve.seconds()).containsExactly(0.0, 0.033, 0.067);
  }

  @Test
  void longCurvesAreMeansOverRunsOfFrames() {
    double[] ramp = IntStream.range(0, 1000).mapToDouble(i -> i).toArray();
    ramp[0] = Double.NaN;
    Curve curve = Curve.of(ramp, 10);
    assertThat(curve.values()).hasSize(Curve.MAX_POINTS);
    assertThat(curve.values().getFirst()).isEqualTo(2.5); // of 1, 2, 3, 4
    assertThat(curve.values().getLast()).isEqualTo(997);
    assertThat(curve.seconds().getFirst()).isCloseTo(0.2, within(1e-12));
    assertThat(curve.seconds().getLast()).isCloseTo(99.7, within(1e-12));
  }

  @Test
  void aResultIsReadBackEqual() {
    JsonMapper json = JsonMapper.builder().build();
    CellResult result = Fixtures.result(1.25, "a.png");
    assertThat(json.readValue(json.writeValueAsString(result), CellResult.class)).isEqualTo(result);
  }

  @Test
  void aStripIsSmallAndHasTheEndsAndTheMiddle() {
    VideoFrames video = VideoFrames.of(37, k -> Rgb8Image.of(400, 1, filled(400, k)));
    try (RunFolder held = RunFolder.open(folder)) {
      String file = new StripWriter(held).write("video", video);
      Rgb8Image strip = Rgb8Image.read(folder.resolve(file));
      assertThat(strip.width()).isEqualTo(7 * 192);
      assertThat(List.of(0, 3, 6))
          .extracting(i -> strip.sample(i * 192 + 5, 0, 0))
          .containsExactly(0, 18, 36);
    }
  }

  private static byte[] filled(int pixels, int value) {
    byte[] rgb = new byte[pixels * Rgb8Image.CHANNELS];
    Arrays.fill(rgb, (byte) value);
    return rgb;
  }

  @Test
  void theRestIsForecastByVariant() {
    RemainingTime remaining = new RemainingTime();
    assertThat(remaining.of(List.of("a"))).isEmpty();
    remaining.took("refused", Duration.ZERO);
    assertThat(remaining.of(List.of("a"))).isEmpty();
    remaining.took("a", Duration.ofSeconds(20));
    remaining.took("a", Duration.ofSeconds(4));
    remaining.took("b", Duration.ofSeconds(8));
    assertThat(remaining.of(List.of("a", "b", "refused", "new")))
        .contains(Duration.ofSeconds(4 + 8 + 0 + 6));
    assertThat(RunProgress.text(Duration.ofSeconds(3725))).isEqualTo("1:02:05 h");
  }
}
