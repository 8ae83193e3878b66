package dev.framepack.bench.metric.picture;

import dev.framepack.bench.metric.AbsentMetric;
import dev.framepack.bench.metric.Better;
import dev.framepack.bench.metric.FrameMetric;
import dev.framepack.bench.metric.Metric;
import dev.framepack.bench.metric.MetricInfo;
import dev.framepack.bench.metric.MetricProvider;
import dev.framepack.bench.metric.VideoContext;
import dev.framepack.bench.metric.VideoFrames;
import java.util.List;
import java.util.function.Function;

/**
 * Sharpness, colour and contrast of frames, and their distance to a known future.
 *
 * <p>Colour shift compares the mean colours of whole frames: what moves within a picture hardly
 * changes its mean, where a comparison pixel by pixel would take motion for a change of colour.
 * Shifts that cancel out within a frame are not seen.
 */
public final class PictureMetrics implements MetricProvider {
  private static final MetricInfo CLARITY =
      new MetricInfo(
          "clarity",
          "levels^2",
          Better.NEITHER,
          "variance of the Laplacian of luma; noise and ringing count as sharpness, so that the true"
              + " video's value is the one to come near, not the highest; a stand-in for the"
              + " paper's MUSIQ, not MUSIQ");
  private static final MetricInfo COLOR_SHIFT =
      new MetricInfo(
          "color-shift",
          "delta E*ab",
          Better.LOWER,
          "CIELAB distance of the frame's mean colour to the start image's");
  private static final MetricInfo CONTRAST_SHIFT =
      new MetricInfo(
          "contrast-shift",
          "levels",
          Better.LOWER,
          "absolute difference of the RMS contrast of luma to the start image's");
  private static final MetricInfo PSNR =
      new MetricInfo(
          "psnr", "dB", Better.HIGHER, "peak signal-to-noise ratio against the true future");
  private static final MetricInfo SSIM =
      new MetricInfo(
          "ssim", "1", Better.HIGHER, "structural similarity of luma against the true future");

  @Override
  public List<Metric> metrics(VideoContext context) {
    VideoFrames future = context.future();
    return List.of(
        FrameMetric.ofEach(CLARITY, Sharpness::laplacianVariance),
        FrameMetric.againstStart(
            COLOR_SHIFT, context.startImage(), CieLab::mean, CieLab::distanceTo),
        FrameMetric.againstStart(
            CONTRAST_SHIFT,
            context.startImage(),
            picture -> LumaPlane.of(picture).rmsContrast(),
            (frame, start) -> Math.abs(frame - start)),
        future == null
            ? new AbsentMetric(PSNR, AbsentMetric.FUTURE)
            : FrameMetric.againstFuture(PSNR, future, Function.identity(), Psnr::decibels),
        future == null
            ? new AbsentMetric(SSIM, AbsentMetric.FUTURE)
            : FrameMetric.againstFuture(SSIM, future, LumaPlane::of, Ssim::of));
  }
}
