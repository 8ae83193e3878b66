package dev.framepack.bench.reproduce.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.framepack.bench.metric.Better;
import dev.framepack.bench.metric.VideoFrames;
import dev.framepack.bench.reproduce.Fixtures;
import dev.framepack.bench.reproduce.MetricMeter;
import dev.framepack.bench.reproduce.run.CellRecord;
import dev.framepack.bench.reproduce.run.CellRecord.Status;
import dev.framepack.bench.reproduce.run.CellResult;
import dev.framepack.bench.reproduce.run.Measurement.Metric;
import dev.framepack.bench.reproduce.run.SceneInput;
import dev.framepack.bench.reproduce.suite.Scene;
import dev.framepack.engine.demo.DemoScene;
import dev.framepack.engine.image.Rgb8Image;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Videos of which anybody can say which is the better one, and whether the figures say so too. A
 * good one lags by some frames and has a little noise; the others have one great fault.
 */
class ReproduceReferenceTest {
  private static final int FRAMES = 145;
  private static final List<String> SCENES = List.of("built-in", "random:1", "random:2");
  private static final List<CellRecord> RECORDS = new ArrayList<>();

  @BeforeAll
  static void measure() {
    MetricMeter meter = new MetricMeter();
    for (String name : SCENES) {
      SceneInput scene = SceneInput.load(new Scene.Demo(name));
      DemoScene world = scene.world().orElseThrow();
      IntFunction<Rgb8Image> late = k -> world.frame(k - (k + 20) / 40);
      Map<String, VideoFrames> videos =
          Map.of(
              "truth", video(world::frame, 0, 0),
              "still", video(k -> world.startImage(), 0, 0),
              "good", video(late, 2, 0),
              "good-too", video(late, 2, 0),
              "noisy", video(late, 2, 12),
              "lost", video(k -> isBefore(40, k) ? world.frame(k) : world.background(), 2, 0),
              "lost-late", video(k -> isBefore(90, k) ? world.frame(k) : world.background(), 2, 0));
      RECORDS.addAll(
          videos.entrySet().parallelStream()
              .map(video ->
                  new CellRecord(
                      video.getKey() + name,
                      "small",
                      video.getKey(),
                      name,
                      1,
                      Status.DONE,
                      "",
                      Map.of(),
                      new CellResult(
                          meter.measure(video.getValue(), scene), FRAMES, "", null, null),
                      Fixtures.TUPLE,
                      "2026-01-02T03:04:05Z"))
              .toList());
    }
  }

  private static boolean isBefore(int percent, int frame) {
    return frame * 100 < percent * FRAMES;
  }

  /** Frames with noise of some levels, and more by and by. */
  private static VideoFrames video(IntFunction<Rgb8Image> frames, double levels, double more) {
    Random random = new Random(1);
    List<Rgb8Image> noisy = new ArrayList<>();
    for (int k = 0; k < FRAMES; k++) {
      Rgb8Image frame = frames.apply(k);
      byte[] rgb = frame.rgb().clone();
      double deviation = levels + more * k / FRAMES;
      for (int i = 0; i < rgb.length; i++) {
        long level = Math.round((rgb[i] & 0xFF) + deviation * random.nextGaussian());
        rgb[i] = (byte) Math.clamp(level, 0, 255);
      }
      noisy.add(Rgb8Image.wrap(frame.width(), frame.height(), rgb));
    }
    return VideoFrames.of(noisy);
  }

  private static Spread of(String variant, String metric, boolean isDrift) {
    return Spread.of(
        RECORDS.stream()
            .filter(record -> record.variant().equals(variant))
            .map(record -> metric(record, metric))
            .map(found -> (isDrift ? Column.drift(found) : Column.mean(found)).of(found))
            .toList());
  }

  private static Metric metric(CellRecord record, String name) {
    return Objects.requireNonNull(record.result()).measurement().metrics().stream()
        .filter(metric -> metric.info().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static double mean(String variant, String metric) {
    return of(variant, metric, false).mean();
  }

  private static void assertOrder(String metric, String... ascending) {
    for (int i = 1; i < ascending.length; i++) {
      assertThat(mean(ascending[i], metric))
          .as("%s of %s above that of %s", metric, ascending[i], ascending[i - 1])
          .isGreaterThan(mean(ascending[i - 1], metric));
    }
  }

  @Test
  void everyHeadlineIsDefinedForEveryVideo() {
    for (CellRecord record : RECORDS) {
      assertThat(metric(record, "shape-found").curve().values()).doesNotContain(Double.NaN);
      for (String name :
          List.of("position-error", "shape-form", "shape-color-shift", "clarity", "color-shift")) {
        assertThat(metric(record, name).curve().values()).as(name).doesNotContain(Double.NaN);
        assertThat(metric(record, name).drift()).as(name).isNotNull();
      }
    }
  }

  @Test
  void losingTheShapeImprovesNothing() {
    assertOrder("position-error", "truth", "good", "still", "lost");
    assertOrder("shape-form", "lost", "lost-late", "good", "truth");
    assertOrder("shape-color-shift", "good", "lost-late", "lost");
    assertOrder("shape-area-shift", "good", "lost-late", "lost");
    assertThat(mean("lost", "shape-found")).isCloseTo(0.4, within(0.01));
    assertThat(of("lost", "position-error", true).mean()).isCloseTo(36, within(0.5));
    assertThat(of("lost-late", "position-error", true).mean())
        .as("drift of a video that loses the shape in its last third")
        .isGreaterThan(of("good", "position-error", true).mean());
  }

  @Test
  void theFutureIsNearestToTheTrueThenToTheGoodVideo() {
    assertOrder("ssim", "still", "good", "truth");
    assertOrder("ssim", "noisy", "good");
    assertOrder("frechet-future", "truth", "good", "noisy");
    assertOrder("frechet-future", "good", "still");
    assertOrder("frechet-future", "good", "lost");
  }

  @Test
  void noiseIsNotTakenForClarity() {
    assertOrder("clarity", "truth", "good", "noisy");
    assertThat(Column.mean(metric(RECORDS.getFirst(), "clarity")).better())
        .isEqualTo(Better.NEITHER);
  }

  private static Map<String, Double> ratings(String... variants) {
    List<String> some = List.of(variants);
    return EloRating.rate(
        MetricGames.of(
            RECORDS.stream().filter(record -> some.contains(record.variant())).toList()));
  }

  @Test
  void inPairsTheTruthWinsAndTheGoodVideoBeatsEveryFault() {
    for (String fault : List.of("still", "noisy", "lost", "lost-late")) {
      Map<String, Double> ratings = ratings("good", fault);
      assertThat(ratings.get("good") - ratings.get(fault))
          .as("lead over " + fault)
          .isGreaterThan(EloRating.TIE);
    }
    for (String other : List.of("good", "still", "noisy", "lost", "lost-late")) {
      Map<String, Double> ratings = ratings("truth", other);
      assertThat(ratings.get("truth") - ratings.get(other))
          .as("lead over " + other)
          .isGreaterThan(EloRating.TIE);
    }
  }

  @Test
  void togetherTooAndTwoOfAKindAreRatedAlike() {
    Map<String, Double> ratings =
        ratings("truth", "good", "good-too", "still", "noisy", "lost", "lost-late");
    assertThat(ratings.get("good-too")).isCloseTo(ratings.get("good"), within(1e-6));
    assertThat(ratings.entrySet())
        .allSatisfy(other -> {
          assertThat(ratings.get("truth")).isGreaterThanOrEqualTo(other.getValue());
          if (!other.getKey().equals("truth")) {
            assertThat(ratings.get("good") + 1e-6).isGreaterThanOrEqualTo(other.getValue());
          }
        });
    assertThat(ratings.get("lost")).isLessThan(ratings.get("lost-late"));
  }
}
