package dev.framepack.bench.metric.motion;

import dev.framepack.bench.metric.Better;
import dev.framepack.bench.metric.FrameMetric;
import dev.framepack.bench.metric.MetricInfo;
import dev.framepack.bench.metric.VideoFrames;
import dev.framepack.bench.metric.picture.LumaPlane;
import java.util.Arrays;

/**
 * VBench's motion smoothness (arXiv 2311.17982, section 3.2) in a simplified form: frames with odd
 * numbers are interpolated from their neighbours and compared, {@code (255 - mean absolute error) /
 * 255}, 1 the best.
 *
 * <p>Simplified: where VBench interpolates with the network AMT, blocks of luma here move in a
 * straight line and at constant speed; and pixels near the border are left out. Defined for frames
 * with odd numbers that have both neighbours.
 */
public final class MotionSmoothness implements FrameMetric {

  @Override
  public MetricInfo info() {
    return new MetricInfo(
        "motion-smoothness",
        "1",
        Better.HIGHER,
        "odd frames against their interpolation from the even ones by block matching; a stand-in"
            + " for VBench's, which interpolates with AMT");
  }

  @Override
  public double[] measure(VideoFrames video) {
    double[] values = new double[video.count()];
    Arrays.fill(values, Double.NaN);
    LumaPlane previous = LumaPlane.of(video.frame(0));
    BlockMatching matching = new BlockMatching(previous.width(), previous.height());
    for (int k = 1; k + 1 < values.length; k += 2) {
      LumaPlane next = LumaPlane.of(video.frame(k + 1));
      double error = matching.interpolationError(previous, LumaPlane.of(video.frame(k)), next);
      values[k] = (255 - error) / 255;
      previous = next;
    }
    return values;
  }
}
