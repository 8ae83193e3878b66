package dev.framepack.bench.metric;

import dev.framepack.engine.image.Framing;
import dev.framepack.engine.image.ImageSize;
import dev.framepack.engine.image.Rgb8Image;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * One value for each frame.
 *
 * <p>Most metrics look at a frame alone, or compare it with another one: the factories here make
 * these from a function. Where two frames are compared, {@code prepare} is what is computed of one
 * frame and {@code compare} gets the frame's first, the other's second.
 */
public non-sealed interface FrameMetric extends Metric {

  /**
   * A value for each frame, in order; NaN where it is not defined, such as the motion of frame 0.
   */
  double[] measure(VideoFrames video);

  /** Each frame alone. */
  static FrameMetric ofEach(MetricInfo info, ToDoubleFunction<Rgb8Image> value) {
    return new FunctionMetric(
        info, video -> video.frames(0, video.count()).mapToDouble(value).toArray());
  }

  /**
   * Each frame against the start image the video was made from, cut to the video's size as the
   * desktop application does; against frame 0 where it is not known.
   */
  static <T> FrameMetric againstStart(
      MetricInfo info,
      @Nullable Rgb8Image startImage,
      Function<Rgb8Image, T> prepare,
      ToDoubleBiFunction<T, T> compare) {
    return new FunctionMetric(
        info,
        video -> {
          Rgb8Image first = video.frame(0);
          ImageSize size = new ImageSize(first.height(), first.width());
          T start =
              prepare.apply(startImage == null ? first : Framing.COVER_CROP.fit(startImage, size));
          return video
              .frames(0, video.count())
              .mapToDouble(frame -> compare.applyAsDouble(prepare.apply(frame), start))
              .toArray();
        });
  }

  /** Each frame against the one before it; not defined for frame 0. */
  static <T> FrameMetric againstPrevious(
      MetricInfo info, Function<Rgb8Image, T> prepare, ToDoubleBiFunction<T, T> compare) {
    return new FunctionMetric(
        info,
        video -> {
          double[] values = new double[video.count()];
          values[0] = Double.NaN;
          T previous = prepare.apply(video.frame(0));
          for (int k = 1; k < values.length; k++) {
            T frame = prepare.apply(video.frame(k));
            values[k] = compare.applyAsDouble(frame, previous);
            previous = frame;
          }
          return values;
        });
  }

  /** Each frame against the one of the same index in another video; not defined beyond its end. */
  static <T> FrameMetric againstFuture(
      MetricInfo info,
      VideoFrames future,
      Function<Rgb8Image, T> prepare,
      ToDoubleBiFunction<T, T> compare) {
    return new FunctionMetric(
        info,
        video -> {
          double[] values = new double[video.count()];
          Arrays.fill(values, Double.NaN);
          for (int k = 0; k < Math.min(values.length, future.count()); k++) {
            values[k] =
                compare.applyAsDouble(
                    prepare.apply(video.frame(k)), prepare.apply(future.frame(k)));
          }
          return values;
        });
  }
}
