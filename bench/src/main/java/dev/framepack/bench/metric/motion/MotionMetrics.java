package dev.framepack.bench.metric.motion;

import dev.framepack.bench.metric.Better;
import dev.framepack.bench.metric.FrameMetric;
import dev.framepack.bench.metric.Metric;
import dev.framepack.bench.metric.MetricInfo;
import dev.framepack.bench.metric.MetricProvider;
import dev.framepack.bench.metric.VideoContext;
import dev.framepack.bench.metric.picture.LumaPlane;
import java.util.List;

/** How much and how smoothly a video moves. */
public final class MotionMetrics implements MetricProvider {
  private static final MetricInfo MOTION =
      new MetricInfo(
          "motion",
          "pixels/frame",
          Better.NEITHER,
          "mean displacement since the previous frame by block matching of luma");

  @Override
  public List<Metric> metrics(VideoContext context) {
    return List.of(
        FrameMetric.againstPrevious(MOTION, LumaPlane::of, MotionMetrics::meanDisplacement),
        new MotionSmoothness());
  }

  private static double meanDisplacement(LumaPlane frame, LumaPlane previous) {
    return new BlockMatching(frame.width(), frame.height()).meanDisplacement(frame, previous);
  }
}
