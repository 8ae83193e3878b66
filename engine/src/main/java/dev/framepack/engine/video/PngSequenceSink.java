package dev.framepack.engine.video;

import dev.framepack.engine.image.PngEncoder;
import dev.framepack.engine.image.Rgb8Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.regex.Pattern;

/** A folder of lossless pictures {@code frame_000000.png}, {@code frame_000001.png}, ... */
final class PngSequenceSink extends StagedSink {

  private static final Pattern FRAME_NAME = Pattern.compile("frame_\\d{6,}\\.png");

  PngSequenceSink(OutputTarget target) {
    super(target);
  }

  static boolean isFrameName(String name) {
    return FRAME_NAME.matcher(name).matches();
  }

  @Override
  void open(VideoInfo info) {}

  @Override
  void write(Rgb8Image frame) throws IOException {
    Path file = target().part().resolve(String.format(Locale.ROOT, "frame_%06d.png", frames()));
    Files.write(file, PngEncoder.encode(frame), StandardOpenOption.CREATE_NEW);
    OutputTarget.sync(file);
  }

  @Override
  void finish() {}

  @Override
  void release() {}
}
