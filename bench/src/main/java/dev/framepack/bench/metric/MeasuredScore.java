package dev.framepack.bench.metric;

import org.jspecify.annotations.Nullable;

/**
 * What a metric says about a whole video.
 *
 * @param value null where the metric is not defined, such as for a video too short for it
 */
public record MeasuredScore(MetricInfo metric, @Nullable Double value) {

  /** From a value that is NaN where the metric is not defined. */
  public static MeasuredScore of(MetricInfo metric, double value) {
    return new MeasuredScore(metric, Double.isNaN(value) ? null : value);
  }
}
