package dev.framepack.engine.examples;

import dev.framepack.engine.OutputException;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.video.VideoInfo;
import dev.framepack.engine.video.VideoSink;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;

/** A sink of one's own: raw RGB to a stream, as {@code ffmpeg -f rawvideo -pix_fmt rgb24} reads. */
public final class RawVideoSink implements VideoSink {
  private final WritableByteChannel out;
  private int framesWritten;

  public RawVideoSink(OutputStream out) {
    this.out = Channels.newChannel(out);
  }

  /** How many frames the stream has. */
  public int framesWritten() {
    return framesWritten;
  }

  @Override
  public void begin(VideoInfo info) {
    framesWritten = 0; // sizes are known to whoever reads
  }

  @Override
  public void accept(Rgb8Image frame) {
    try {
      out.write(frame.buffer());
      framesWritten++;
    } catch (IOException e) {
      throw new OutputException("OUTPUT_STREAM", "the stream broke: " + e, "try again", e);
    }
  }

  @Override
  public void commit() {}

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new OutputException("OUTPUT_STREAM", "the stream broke: " + e, "try again", e);
    }
  }
}
