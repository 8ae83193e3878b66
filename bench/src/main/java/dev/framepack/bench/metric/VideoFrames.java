package dev.framepack.bench.metric;

import dev.framepack.engine.VideoResult;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.video.FrameStore;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Frames of a video in order of time, all of one size, read when asked for. */
public interface VideoFrames {

  int count();

  /**
   * One frame, from 0.
   *
   * @throws IndexOutOfBoundsException if there is no such frame
   */
  Rgb8Image frame(int index);

  /** Frames {@code from} to {@code to}, the latter not included, one at a time. */
  default Stream<Rgb8Image> frames(int from, int to) {
    Objects.checkFromToIndex(from, to, count());
    return IntStream.range(from, to).mapToObj(this::frame);
  }

  /** Frames made on demand, such as those of a synthetic world. */
  static VideoFrames of(int count, IntFunction<Rgb8Image> frames) {
    return new VideoFrames() {
      @Override
      public int count() {
        return count;
      }

      @Override
      public Rgb8Image frame(int index) {
        return frames.apply(Objects.checkIndex(index, count));
      }
    };
  }

  static VideoFrames of(List<Rgb8Image> frames) {
    List<Rgb8Image> copy = List.copyOf(frames);
    return of(copy.size(), copy::get);
  }

  /** A generated video; it must stay open as long as it is measured. */
  static VideoFrames of(VideoResult video) {
    return of(video.frameCount(), video::frame);
  }

  /** Stored frames; the store must stay open as long as they are measured. */
  static VideoFrames of(FrameStore store) {
    return of(store.size(), store::frame);
  }
}
