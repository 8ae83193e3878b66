package dev.framepack.bench.metric;

import java.util.List;
import java.util.function.Function;

/**
 * Everything measured of one video; Jackson writes it as JSON and reads it back equal.
 *
 * @param frames number of frames
 * @param width pixels
 * @param height pixels
 * @param absent metrics without a value, and what each needs
 */
public record VideoMeasurement(
    int frames,
    int width,
    int height,
    List<MeasuredCurve> curves,
    List<MeasuredScore> scores,
    List<AbsentMetric> absent) {

  public VideoMeasurement {
    curves = List.copyOf(curves);
    scores = List.copyOf(scores);
    absent = List.copyOf(absent);
  }

  /**
   * The curve of a metric.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public MeasuredCurve curve(String metric) {
    return find(metric, curves, MeasuredCurve::metric);
  }

  /**
   * The score of a metric.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public MeasuredScore score(String metric) {
    return find(metric, scores, MeasuredScore::metric);
  }

  private static <T> T find(String name, List<T> all, Function<T, MetricInfo> info) {
    return all.stream()
        .filter(each -> info.apply(each).name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "metric: expected one of %s, found '%s'"
                    .formatted(all.stream().map(each -> info.apply(each).name()).toList(), name)));
  }
}
