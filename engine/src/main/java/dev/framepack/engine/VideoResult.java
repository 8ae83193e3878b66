package dev.framepack.engine;

import dev.framepack.engine.image.ImageSize;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.packing.SectionCount;
import dev.framepack.engine.pipeline.RunReport;
import dev.framepack.engine.video.FrameStore;
import dev.framepack.engine.video.VideoInfo;
import dev.framepack.engine.video.VideoSink;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/** A finished video: frames in a temporary file until closed, and how they were made. */
public final class VideoResult implements AutoCloseable {
  private final VideoRequest request;
  private final FrameStore frames;
  private final ImageSize size;
  private final Duration elapsed;
  private final RunReport report;
  private final Map<String, Object> metadata;
  private final RunCheckpoint checkpoint;

  VideoResult(
      VideoRequest request,
      FrameStore frames,
      ImageSize size,
      Duration elapsed,
      RunReport report,
      Map<String, Object> metadata,
      RunCheckpoint checkpoint) {
    this.request = request;
    this.frames = frames;
    this.size = size;
    this.elapsed = elapsed;
    this.report = report;
    this.metadata = metadata;
    this.checkpoint = checkpoint;
  }

  /** The request as it was run, defaults included. */
  public VideoRequest request() {
    return request;
  }

  public int frameCount() {
    return frames.size();
  }

  public ImageSize size() {
    return size;
  }

  /** Wall time of the generation. */
  public Duration elapsed() {
    return elapsed;
  }

  /** Memory the run took. */
  public RunReport report() {
    return report;
  }

  /** Request, seed, profile, model hashes, backend and version, ready for JSON. */
  public Map<String, Object> metadata() {
    return metadata;
  }

  /**
   * One frame in order of time, 0 the first; the video stays on disk.
   *
   * @throws IndexOutOfBoundsException if there is no such frame
   */
  public Rgb8Image frame(int index) {
    return frames.frame(index);
  }

  /** Hands every frame over in order of time. */
  public void forEachFrame(Consumer<Rgb8Image> consumer) {
    frames.forEach(consumer);
    checkpoint.onDelivered();
  }

  /**
   * Writes the video at the rate the model was trained on and closes the sink; on failure nothing
   * is left behind.
   */
  public void writeTo(VideoSink sink) {
    writeTo(sink, SectionCount.FRAMES_PER_SECOND);
  }

  /** Writes the video at another frame rate and closes the sink. */
  public void writeTo(VideoSink sink, int framesPerSecond) {
    try (sink) {
      sink.begin(new VideoInfo(size.width(), size.height(), framesPerSecond, metadata));
      frames.forEach(sink::accept);
      sink.commit();
    }
    checkpoint.onDelivered();
  }

  /**
   * Frees the frames. A checkpoint of the job is removed when {@link #writeTo} or {@link
   * #forEachFrame} has delivered all of them and it was not to be kept; else the job can be resumed
   * again.
   */
  @Override
  public void close() {
    try (checkpoint) {
      frames.close();
    }
  }
}
