package dev.framepack.bench.metric.feature;

import dev.framepack.bench.metric.AbsentMetric;
import dev.framepack.bench.metric.Better;
import dev.framepack.bench.metric.FrameMetric;
import dev.framepack.bench.metric.Metric;
import dev.framepack.bench.metric.MetricInfo;
import dev.framepack.bench.metric.MetricProvider;
import dev.framepack.bench.metric.VideoContext;
import dev.framepack.bench.metric.VideoFrames;
import java.util.List;
import org.apache.commons.math3.linear.ArrayRealVector;

/**
 * Metrics on features of frames, by {@link ColorEdgeFeatures}.
 *
 * <p>Identity compares features and not pixels: a subject that walks through the picture keeps its
 * identity, while SSIM against frame 0 falls with every step.
 */
public final class FeatureMetrics implements MetricProvider {
  private final FeatureExtractor extractor = new ColorEdgeFeatures();

  @Override
  public List<Metric> metrics(VideoContext context) {
    VideoFrames future = context.future();
    return List.of(
        identity(extractor),
        FrechetMetric.drift(extractor),
        future == null
            ? new AbsentMetric(FrechetMetric.futureInfo(extractor), AbsentMetric.FUTURE)
            : FrechetMetric.toFuture(extractor, future));
  }

  /** Cosine of a frame's features and frame 0's. */
  static FrameMetric identity(FeatureExtractor extractor) {
    MetricInfo info =
        new MetricInfo(
            "identity",
            "1",
            Better.HIGHER,
            "cosine to frame 0 on %s; a stand-in for the paper's ArcFace"
                .formatted(extractor.about()));
    return FrameMetric.againstFirst(
        info,
        picture -> new ArrayRealVector(extractor.features(picture), false),
        ArrayRealVector::cosine);
  }
}
