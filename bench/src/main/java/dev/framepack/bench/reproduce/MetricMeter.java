package dev.framepack.bench.reproduce;

import dev.framepack.bench.metric.Drift;
import dev.framepack.bench.metric.MeasuredCurve;
import dev.framepack.bench.metric.MeasuredScore;
import dev.framepack.bench.metric.MetricSuite;
import dev.framepack.bench.metric.VideoContext;
import dev.framepack.bench.metric.VideoFrames;
import dev.framepack.bench.metric.VideoMeasurement;
import dev.framepack.bench.reproduce.run.Measurement;
import dev.framepack.bench.reproduce.run.Measurement.Curve;
import dev.framepack.bench.reproduce.run.Measurement.Metric;
import dev.framepack.bench.reproduce.run.SceneInput;
import dev.framepack.bench.reproduce.run.VideoMeter;
import dev.framepack.engine.demo.DemoScene;
import dev.framepack.engine.packing.SectionCount;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Measures with every metric on the class path, and keeps what fits in a line of a file. */
public final class MetricMeter implements VideoMeter {
  /** Raise it when a formula changes under its old name: cells measured before are run again. */
  private static final int VERSION = 2;

  private final MetricSuite suite = MetricSuite.installed();

  @Override
  public String profile() {
    return suite.metrics(VideoContext.ofScene(DemoScene.builtIn())).stream()
        .map(metric -> metric.info().name() + "=" + metric.info().about())
        .sorted()
        .collect(Collectors.joining(";", VERSION + ":", ""));
  }

  @Override
  public Measurement measure(VideoFrames video, SceneInput scene) {
    VideoContext known =
        scene
            .world()
            .map(VideoContext::ofScene)
            .orElseGet(() -> VideoContext.ofRequest(scene.prompt(), scene.image()));
    VideoMeasurement measured = suite.measure(video, known);
    List<Metric> metrics = new ArrayList<>();
    for (MeasuredCurve curve : measured.curves()) {
      Drift drift = curve.drift();
      metrics.add(
          new Metric(
              curve.metric(),
              curve.mean(),
              drift == null ? null : drift.absolute(),
              Curve.of(curve.toArray(), SectionCount.FRAMES_PER_SECOND)));
    }
    for (MeasuredScore score : measured.scores()) {
      Double value = score.value();
      metrics.add(new Metric(score.metric(), value == null ? Double.NaN : value, null, Curve.NONE));
    }
    return new Measurement(metrics, measured.absent());
  }
}
