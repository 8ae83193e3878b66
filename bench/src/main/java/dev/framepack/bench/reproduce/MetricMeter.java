package dev.framepack.bench.reproduce;

import dev.framepack.bench.metric.AbsentMetric;
import dev.framepack.bench.metric.CurveSummary;
import dev.framepack.bench.metric.Drift;
import dev.framepack.bench.metric.MeasuredCurve;
import dev.framepack.bench.metric.MeasuredScore;
import dev.framepack.bench.metric.MetricInfo;
import dev.framepack.bench.metric.MetricSuite;
import dev.framepack.bench.metric.VideoContext;
import dev.framepack.bench.metric.VideoFrames;
import dev.framepack.bench.metric.VideoMeasurement;
import dev.framepack.bench.reproduce.run.Measurement;
import dev.framepack.bench.reproduce.run.Measurement.Absent;
import dev.framepack.bench.reproduce.run.Measurement.Better;
import dev.framepack.bench.reproduce.run.Measurement.Curve;
import dev.framepack.bench.reproduce.run.Measurement.Metric;
import dev.framepack.bench.reproduce.run.SceneInput;
import dev.framepack.bench.reproduce.run.VideoMeter;
import dev.framepack.engine.VideoResult;
import dev.framepack.engine.demo.DemoScene;
import dev.framepack.engine.packing.SectionCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Measures with every metric on the class path, and keeps what fits in a line of a file. */
public final class MetricMeter implements VideoMeter {
  /** Raise it when a formula changes under its old name: cells measured before are run again. */
  private static final int VERSION = 2;

  private static final String NO_UNIT = "1";

  private static final Set<String> ACRONYMS = Set.of("psnr", "ssim");

  private final MetricSuite suite = MetricSuite.installed();

  @Override
  public String profile() {
    return suite.metrics(VideoContext.ofScene(DemoScene.builtIn())).stream()
        .map(metric -> metric.info().name())
        .sorted()
        .collect(Collectors.joining(",", VERSION + ":", ""));
  }

  @Override
  public Measurement measure(VideoResult video, SceneInput scene) {
    VideoContext known =
        scene
            .world()
            .map(VideoContext::ofScene)
            .orElseGet(() -> VideoContext.ofRequest(scene.prompt(), scene.image()));
    VideoMeasurement measured = suite.measure(VideoFrames.of(video), known);
    List<Metric> metrics = new ArrayList<>();
    for (MeasuredCurve curve : measured.curves()) {
      Drift drift = curve.drift();
      metrics.add(
          metric(
              curve.metric(),
              curve.mean(),
              (double) definedFrames(curve) / measured.frames(),
              drift == null ? null : drift.absolute(),
              Curve.of(curve.toArray(), SectionCount.FRAMES_PER_SECOND)));
    }
    for (MeasuredScore score : measured.scores()) {
      Double value = score.value();
      metrics.add(
          metric(
              score.metric(),
              value == null ? Double.NaN : value,
              value == null ? 0 : 1,
              null,
              Curve.NONE));
    }
    return new Measurement(metrics, measured.absent().stream().map(MetricMeter::absent).toList());
  }

  private static int definedFrames(MeasuredCurve curve) {
    CurveSummary summary = curve.summary();
    return summary == null ? 0 : summary.defined();
  }

  private static Metric metric(
      MetricInfo info, double mean, double defined, @Nullable Double drift, Curve curve) {
    return new Metric(
        info.name(),
        label(info.name()),
        info.unit().equals(NO_UNIT) ? "" : info.unit().replace("^2", "²"),
        Better.valueOf(info.better().name()),
        info.about(),
        mean,
        defined,
        drift,
        curve);
  }

  private static String label(String name) {
    if (ACRONYMS.contains(name)) {
      return name.toUpperCase(Locale.ROOT);
    }
    String words = name.replace('-', ' ');
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  private static Absent absent(AbsentMetric metric) {
    return new Absent(metric.info().name(), metric.info().about(), metric.needs());
  }
}
