package dev.framepack.bench.metric;

/** Something to be known about a finished video. */
public sealed interface Metric permits FrameMetric, VideoMetric, AbsentMetric {

  MetricInfo info();
}
