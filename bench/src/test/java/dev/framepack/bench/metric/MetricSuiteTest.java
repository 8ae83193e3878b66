package dev.framepack.bench.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.demo.DemoScene;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MetricSuiteTest {
  private static final VideoFrames STILL =
      VideoFrames.of(10, k -> TestPictures.flat(32, 80, 90, 100));
  private static final List<String> NETWORKS =
      List.of(
          "musiq",
          "laion-aesthetic",
          "amt-motion-smoothness",
          "raft-dynamic-degree",
          "viclip-semantic",
          "vbench-anatomy",
          "arcface-identity");

  private static MetricInfo info(String name) {
    return new MetricInfo(name, "1", Better.HIGHER, "a metric of this test");
  }

  private static MetricProvider provider(Metric... metrics) {
    return context -> List.of(metrics);
  }

  private static List<String> names(List<? extends Metric> metrics) {
    return metrics.stream().map(metric -> metric.info().name()).toList();
  }

  @Test
  void everyInstalledProviderIsFoundAndWithASceneOnlyNetworksAreAbsent() {
    DemoScene scene = DemoScene.builtIn();
    VideoMeasurement measured =
        MetricSuite.installed()
            .measure(VideoFrames.of(20, scene::frame), VideoContext.ofScene(scene));
    assertThat(measured.curves().stream().map(curve -> curve.metric().name()))
        .containsExactly(
            "clarity",
            "color-shift",
            "contrast-shift",
            "psnr",
            "ssim",
            "motion",
            "motion-smoothness",
            "identity",
            "shape-found",
            "position-error",
            "shape-area-shift",
            "shape-form",
            "shape-color-shift");
    assertThat(measured.scores().stream().map(score -> score.metric().name()))
        .containsExactly("frechet-drift", "frechet-future");
    assertThat(names(measured.absent())).isEqualTo(NETWORKS);
    assertThat(measured.curves()).allSatisfy(curve -> assertThat(curve.values()).hasSize(20));
  }

  @Test
  void withoutKnowledgeWhatNeedsItIsAbsentToo() {
    VideoMeasurement measured = MetricSuite.installed().measure(STILL, VideoContext.NONE);
    assertThat(names(measured.absent()))
        .containsAll(NETWORKS)
        .contains("psnr", "ssim", "frechet-future", "position-error", "shape-found");
    assertThatThrownBy(() -> measured.curve("psnr"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected one of [clarity,")
        .hasMessageContaining("found 'psnr'");
    assertThat(measured.absent()).allSatisfy(absent -> assertThat(absent.needs()).isNotBlank());
  }

  @Test
  void aPresentMetricTakesTheAbsentOnesPlace() {
    AbsentMetric absent = new AbsentMetric(info("musiq"), "weights");
    FrameMetric present = FrameMetric.ofEach(info("musiq"), frame -> 3);
    AbsentMetric other = new AbsentMetric(info("arcface"), "weights");
    MetricSuite suite = new MetricSuite(List.of(provider(absent, other, other), provider(present)));
    assertThat(suite.metrics(VideoContext.NONE)).containsExactly(other, present);
    VideoMeasurement measured = suite.measure(STILL, VideoContext.NONE);
    assertThat(measured.curve("musiq").mean()).isEqualTo(3);
    assertThat(measured.absent()).containsExactly(other);
  }

  @Test
  void providersGetWhatIsKnown() {
    DemoScene scene = DemoScene.random(3);
    MetricProvider asking =
        context -> {
          assertThat(context.prompt()).isEqualTo(scene.prompt());
          VideoFrames future = context.future();
          assertThat(future).isNotNull();
          assertThat(future.frame(100)).isEqualTo(scene.frame(100));
          return List.of();
        };
    assertThat(new MetricSuite(List.of(asking)).metrics(VideoContext.ofScene(scene))).isEmpty();
  }

  @Test
  void mistakesOfProvidersAreNamed() {
    FrameMetric metric = FrameMetric.ofEach(info("twice"), frame -> 0);
    MetricSuite twice = new MetricSuite(List.of(provider(metric), provider(metric)));
    assertThatThrownBy(() -> twice.metrics(VideoContext.NONE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("metric 'twice': expected one, found several");
    FrameMetric brief = new FunctionMetric(info("brief"), video -> new double[3]);
    assertThatThrownBy(
            () -> new MetricSuite(List.of(provider(brief))).measure(STILL, VideoContext.NONE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("metric 'brief': expected 10 values, one for each frame, found 3");
    assertThatThrownBy(
            () -> MetricSuite.installed().measure(VideoFrames.of(List.of()), VideoContext.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("video to measure: expected frames, found none");
  }

  @Test
  void aMeasurementIsTheSameAfterJson() {
    DemoScene scene = DemoScene.random(5);
    VideoFrames video = VideoFrames.of(12, k -> k < 8 ? scene.frame(k) : scene.background());
    VideoMeasurement measured = MetricSuite.installed().measure(video, VideoContext.ofScene(scene));
    JsonMapper json = JsonMapper.builder().build();
    String text = json.writeValueAsString(measured);
    assertThat(json.readValue(text, VideoMeasurement.class)).isEqualTo(measured);
    assertThat(text).doesNotContain("NaN").doesNotContain("Infinity");
    JsonNode tree = json.readTree(text);
    JsonNode clarity = tree.get("curves").get(0);
    assertThat(clarity.get("metric").get("better").asString()).isEqualTo("NEITHER");
    assertThat(clarity.get("drift").get("absolute").asDouble())
        .isEqualTo(Math.abs(clarity.get("drift").get("signed").asDouble()))
        .isPositive();
    assertThat(tree.get("absent").get(0).propertyNames()).containsExactly("info", "needs");
  }

  @Test
  void curvesRememberWhereTheyHaveNoValue() {
    MeasuredCurve curve =
        MeasuredCurve.of(info("holes"), new double[] {Double.NaN, 2, 6, Double.NaN});
    assertThat(curve.values()).containsExactly(null, 2.0, 6.0, null);
    assertThat(curve.toArray()).containsExactly(Double.NaN, 2, 6, Double.NaN);
    assertThat(curve.summary()).isEqualTo(new CurveSummary(2, 4, 2, 6));
    assertThat(curve.mean()).isEqualTo(4);
    assertThat(curve.drift()).isNull();
    MeasuredCurve empty = MeasuredCurve.of(info("empty"), new double[] {Double.NaN});
    assertThat(empty.summary()).isNull();
    assertThat(empty.mean()).isNaN();
    assertThat(MeasuredScore.of(info("none"), Double.NaN).value()).isNull();
  }
}
