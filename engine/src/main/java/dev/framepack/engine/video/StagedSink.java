package dev.framepack.engine.video;

import dev.framepack.engine.image.Rgb8Image;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What all sinks share: the order of calls, the size of frames, and the unfinished output until the
 * commit.
 */
abstract class StagedSink implements VideoSink {

  private final OutputTarget target;
  private @Nullable VideoInfo info;
  private long frames;
  private boolean done;

  StagedSink(OutputTarget target) {
    this.target = target;
  }

  /** Opens the unfinished output. */
  abstract void open(VideoInfo info) throws IOException;

  abstract void write(Rgb8Image frame) throws IOException;

  /** Completes and closes the unfinished output. */
  abstract void finish() throws IOException;

  /** Frees what {@link #open} took, whatever state it is in; idempotent. */
  abstract void release() throws IOException;

  final OutputTarget target() {
    return target;
  }

  /** Frames accepted so far. */
  final long frames() {
    return frames;
  }

  @Override
  public final void begin(VideoInfo newInfo) {
    if (done || info != null) {
      throw new IllegalStateException("begin: expected a new sink, found one used or closed");
    }
    info = newInfo;
    try {
      open(newInfo);
    } catch (IOException e) {
      throw OutputErrors.writeFailed(target.output(), e);
    }
  }

  @Override
  public final void accept(Rgb8Image frame) {
    VideoInfo opened = opened();
    if (frame.width() != opened.width() || frame.height() != opened.height()) {
      throw new IllegalArgumentException(
          "frame %s: expected %sx%s, found %sx%s"
              .formatted(frames, opened.width(), opened.height(), frame.width(), frame.height()));
    }
    try {
      write(frame);
      frames++;
    } catch (IOException e) {
      throw OutputErrors.writeFailed(target.output(), e);
    }
  }

  @Override
  public final void commit() {
    VideoInfo opened = opened();
    if (frames == 0) {
      throw OutputErrors.noFrames(target.output());
    }
    try {
      finish();
    } catch (IOException e) {
      throw OutputErrors.writeFailed(target.output(), e);
    }
    target.commit(opened.metadata());
    done = true;
  }

  @Override
  public final void close() {
    done = true;
    try {
      release();
    } catch (IOException e) {
      throw OutputErrors.writeFailed(target.output(), e);
    } finally {
      target.close();
    }
  }

  private VideoInfo opened() {
    if (done || info == null) {
      throw new IllegalStateException("video sink: expected begin before, and no close");
    }
    return info;
  }
}
