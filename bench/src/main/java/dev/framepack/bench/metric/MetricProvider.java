package dev.framepack.bench.metric;

import java.util.List;

/**
 * The plug-in point for metrics, found by {@link java.util.ServiceLoader}: a class with a public
 * constructor without arguments, named in {@code
 * META-INF/services/dev.framepack.bench.metric.MetricProvider}.
 */
public interface MetricProvider {

  /**
   * Metrics for a video of which this is known. What this one cannot measure, because a network or
   * knowledge is missing, it names as an {@link AbsentMetric}; it is not left out. A metric of the
   * same name from another provider takes the absent one's place.
   */
  List<Metric> metrics(VideoContext context);
}
