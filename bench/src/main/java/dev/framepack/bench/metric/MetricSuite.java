package dev.framepack.bench.metric;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;

/** All metrics of some providers, and what they say about a video. */
public final class MetricSuite {
  private final List<MetricProvider> providers;

  public MetricSuite(List<MetricProvider> providers) {
    this.providers = List.copyOf(providers);
  }

  /** Every provider on the class path. */
  public static MetricSuite installed() {
    return new MetricSuite(
        ServiceLoader.load(MetricProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .toList());
  }

  /**
   * The listing: what can be measured when this is known, and what is absent.
   *
   * @throws IllegalStateException if two providers have a metric of the same name
   */
  public List<Metric> metrics(VideoContext context) {
    List<Metric> all =
        providers.stream().flatMap(provider -> provider.metrics(context).stream()).toList();
    Set<String> present = new HashSet<>();
    for (Metric metric : all) {
      if (!(metric instanceof AbsentMetric) && !present.add(metric.info().name())) {
        throw new IllegalStateException(
            "metric '%s': expected one, found several; remove a provider from the class path"
                .formatted(metric.info().name()));
      }
    }
    return all.stream()
        .filter(metric -> !(metric instanceof AbsentMetric) || present.add(metric.info().name()))
        .toList();
  }

  /**
   * Measures everything that can be. Frames are read one by one and several times; the heap holds a
   * few of them.
   *
   * @throws IllegalArgumentException if the video has no frames
   */
  public VideoMeasurement measure(VideoFrames video, VideoContext context) {
    if (video.count() == 0) {
      throw new IllegalArgumentException("video to measure: expected frames, found none");
    }
    List<MeasuredCurve> curves = new ArrayList<>();
    List<MeasuredScore> scores = new ArrayList<>();
    List<AbsentMetric> absent = new ArrayList<>();
    for (Metric metric : metrics(context)) {
      switch (metric) {
        case FrameMetric each -> curves.add(MeasuredCurve.of(each.info(), values(each, video)));
        case VideoMetric whole -> scores.add(MeasuredScore.of(whole.info(), whole.measure(video)));
        case AbsentMetric missing -> absent.add(missing);
      }
    }
    return new VideoMeasurement(
        video.count(), video.frame(0).width(), video.frame(0).height(), curves, scores, absent);
  }

  private static double[] values(FrameMetric metric, VideoFrames video) {
    double[] values = metric.measure(video);
    if (values.length != video.count()) {
      throw new IllegalStateException(
          "metric '%s': expected %s values, one for each frame, found %s"
              .formatted(metric.info().name(), video.count(), values.length));
    }
    return values;
  }
}
