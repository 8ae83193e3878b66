package dev.framepack.bench.metric;

/** One value for a whole video. */
public non-sealed interface VideoMetric extends Metric {

  /** The value, NaN where it is not defined. */
  double measure(VideoFrames video);
}
