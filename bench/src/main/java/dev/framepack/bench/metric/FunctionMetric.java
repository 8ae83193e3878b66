package dev.framepack.bench.metric;

import java.util.function.Function;

/** A frame metric made of a function. */
record FunctionMetric(MetricInfo info, Function<VideoFrames, double[]> function)
    implements FrameMetric {

  @Override
  public double[] measure(VideoFrames video) {
    return function.apply(video);
  }
}
