package dev.framepack.bench.reproduce.run;

import dev.framepack.bench.metric.VideoFrames;
import dev.framepack.engine.image.PillowResize;
import dev.framepack.engine.image.PngEncoder;
import dev.framepack.engine.image.Rgb8Image;
import java.util.List;
import java.util.stream.IntStream;

/** Keeps some frames of a video as a small picture. */
final class StripWriter {
  /** Longest side of a kept frame, pixels; smaller frames are kept as they are. */
  private static final int MAX_SIDE_PIXELS = 192;

  /** Odd, so that the middle frame is one of them. */
  private static final int STRIP_FRAMES = 7;

  private final Pictures pictures;

  StripWriter(Pictures pictures) {
    this.pictures = pictures;
  }

  /**
   * @param name of the video, which the name of the file begins with
   * @return name of the file, relative to the run's folder
   */
  String write(String name, VideoFrames video) {
    int last = video.count() - 1;
    List<Rgb8Image> frames =
        IntStream.range(0, STRIP_FRAMES)
            .map(i -> Math.round((float) last * i / (STRIP_FRAMES - 1)))
            .mapToObj(index -> reduced(video.frame(index)))
            .toList();
    String file = RunFolder.strip(name);
    pictures.write(file, PngEncoder.encode(sideBySide(frames)));
    return file;
  }

  private static Rgb8Image reduced(Rgb8Image image) {
    int side = Math.max(image.width(), image.height());
    if (side <= MAX_SIDE_PIXELS) {
      return image;
    }
    return PillowResize.resize(
        image,
        Math.max(1, image.width() * MAX_SIDE_PIXELS / side),
        Math.max(1, image.height() * MAX_SIDE_PIXELS / side),
        PillowResize.Filter.LANCZOS);
  }

  private static Rgb8Image sideBySide(List<Rgb8Image> frames) {
    int width = frames.getFirst().width();
    int height = frames.getFirst().height();
    int rowBytes = width * Rgb8Image.CHANNELS;
    byte[] sheet = new byte[rowBytes * frames.size() * height];
    for (int i = 0; i < frames.size(); i++) {
      for (int y = 0; y < height; y++) {
        int target = (y * frames.size() + i) * rowBytes;
        frames.get(i).buffer().get(y * rowBytes, sheet, target, rowBytes);
      }
    }
    return Rgb8Image.wrap(width * frames.size(), height, sheet);
  }
}
