package dev.framepack.bench.metric;

/**
 * A metric that cannot be measured here. It has no value, so that none can be taken for one.
 *
 * @param needs what would have to be there, such as a network's weights or a known future
 */
public record AbsentMetric(MetricInfo info, String needs) implements Metric {
  /** What is missing where a video's true future is not known. */
  public static final String FUTURE = "the true future: VideoContext.ofScene, or with a future";
}
