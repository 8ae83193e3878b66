package dev.framepack.engine.video;

import dev.framepack.engine.image.Rgb8Image;

/**
 * Writes one video: {@link #begin}, then every frame in order of time, then {@link #commit}.
 *
 * <p>Nothing stands under the output's final name before {@code commit} has returned; closing
 * without it leaves nothing behind. Failures are {@link dev.framepack.engine.OutputException}s. Not
 * thread-safe.
 */
public interface VideoSink extends AutoCloseable {

  /** Opens the video; called once. */
  void begin(VideoInfo info);

  /** The next frame, of the size said in {@link #begin}. */
  void accept(Rgb8Image frame);

  /** Finishes the video and puts it, and the JSON file beside it, in their final places. */
  void commit();

  /** Frees everything; removes the unfinished video unless committed. Idempotent. */
  @Override
  void close();
}
