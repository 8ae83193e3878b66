package dev.framepack.bench.metric.feature;

import dev.framepack.bench.metric.Better;
import dev.framepack.bench.metric.Drift;
import dev.framepack.bench.metric.MetricInfo;
import dev.framepack.bench.metric.VideoFrames;
import dev.framepack.bench.metric.VideoMetric;
import dev.framepack.engine.image.Rgb8Image;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** The Fréchet distance between two sets of frames. */
public record FrechetMetric(MetricInfo info, ToDoubleFunction<VideoFrames> value)
    implements VideoMetric {

  /** Between the ends of the video as {@link Drift} has them; not defined below 2 frames each. */
  public static FrechetMetric drift(FeatureExtractor extractor) {
    return new FrechetMetric(
        new MetricInfo(
            "frechet-drift",
            "1",
            Better.LOWER,
            "Fréchet distance between the first and the last 15 % of the frames, on "
                + extractor.about()),
        video -> {
          int end = Drift.endFrames(video.count());
          return distance(
              extractor, video.frames(0, end), video.frames(video.count() - end, video.count()));
        });
  }

  /** Between the video and its true future; not defined below 2 frames or beyond its end. */
  public static FrechetMetric toFuture(FeatureExtractor extractor, VideoFrames future) {
    return new FrechetMetric(
        futureInfo(extractor),
        video ->
            video.count() > future.count()
                ? Double.NaN
                : distance(
                    extractor, video.frames(0, video.count()), future.frames(0, video.count())));
  }

  static MetricInfo futureInfo(FeatureExtractor extractor) {
    return new MetricInfo(
        "frechet-future",
        "1",
        Better.LOWER,
        "Fréchet distance between the frames and the true ones, on " + extractor.about());
  }

  @Override
  public double measure(VideoFrames video) {
    return value.applyAsDouble(video);
  }

  private static double distance(
      FeatureExtractor extractor, Stream<Rgb8Image> first, Stream<Rgb8Image> second) {
    double[][] a = first.map(extractor::features).toArray(double[][]::new);
    double[][] b = second.map(extractor::features).toArray(double[][]::new);
    return a.length < 2 || b.length < 2 ? Double.NaN : FrechetDistance.between(a, b);
  }
}
