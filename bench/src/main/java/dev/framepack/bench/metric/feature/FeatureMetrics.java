package dev.framepack.bench.metric.feature;

import dev.framepack.bench.metric.AbsentMetric;
import dev.framepack.bench.metric.Better;
import dev.framepack.bench.metric.FrameMetric;
import dev.framepack.bench.metric.Metric;
import dev.framepack.bench.metric.MetricInfo;
import dev.framepack.bench.metric.MetricProvider;
import dev.framepack.bench.metric.VideoContext;
import dev.framepack.bench.metric.VideoFrames;
import dev.framepack.engine.image.Rgb8Image;
import java.util.List;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.jspecify.annotations.Nullable;

/**
 * Metrics on features of frames, by {@link ColorEdgeFeatures}.
 *
 * <p>The distance to the future is on {@link LayoutFeatures} as well, or it would not see that
 * nothing moves. Identity compares features and not pixels: a subject that walks through the
 * picture keeps its identity, while SSIM against the start image falls with every step.
 */
public final class FeatureMetrics implements MetricProvider {
  private final FeatureExtractor extractor = new ColorEdgeFeatures();
  private final FeatureExtractor placed = new LayoutFeatures(extractor);

  @Override
  public List<Metric> metrics(VideoContext context) {
    VideoFrames future = context.future();
    return List.of(
        identity(extractor, context.startImage()),
        FrechetMetric.drift(extractor),
        future == null
            ? new AbsentMetric(FrechetMetric.futureInfo(placed), AbsentMetric.FUTURE)
            : FrechetMetric.toFuture(placed, future));
  }

  /** Cosine of a frame's features and the start image's. */
  static FrameMetric identity(FeatureExtractor extractor, @Nullable Rgb8Image startImage) {
    MetricInfo info =
        new MetricInfo(
            "identity",
            "1",
            Better.HIGHER,
            "cosine to the start image on %s of the whole frame, to which a small subject matters little; a stand-in for the paper's ArcFace"
                .formatted(extractor.about()));
    return FrameMetric.againstStart(
        info,
        startImage,
        picture -> new ArrayRealVector(extractor.features(picture), false),
        ArrayRealVector::cosine);
  }
}
