package dev.framepack.engine.video;

import dev.framepack.engine.image.PngEncoder;
import dev.framepack.engine.image.Rgb8Image;
import java.io.IOException;
import java.nio.file.Files;

/** One lossless picture: for requests that make one frame. */
final class PngSink extends StagedSink {

  PngSink(OutputTarget target) {
    super(target);
  }

  @Override
  void open(VideoInfo info) {}

  @Override
  void write(Rgb8Image frame) throws IOException {
    if (frames() > 0) {
      throw OutputErrors.onePicture();
    }
    Files.write(target().part(), PngEncoder.encode(frame));
  }

  @Override
  void finish() {}

  @Override
  void release() {}
}
