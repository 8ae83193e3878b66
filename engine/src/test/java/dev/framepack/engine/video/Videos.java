package dev.framepack.engine.video;

import dev.framepack.engine.image.Rgb8Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Small videos for the tests of this package. */
final class Videos {

  static final Map<String, Object> METADATA =
      Map.of(
          "prompt", "a \"red\" circle; moves = left # \\ \n\u00e9 \u732b \0 \ud800", "seed", -7L);

  private Videos() {}

  static VideoInfo info(int width, int height) {
    return new VideoInfo(width, height, 30, METADATA);
  }

  /** Smooth pictures that move, so that H.264 keeps them well. */
  static List<Rgb8Image> moving(int count, int width, int height) {
    return IntStream.range(0, count).mapToObj(t -> picture(t, width, height)).toList();
  }

  static void writeAll(VideoSink sink, List<Rgb8Image> frames) {
    try (sink) {
      sink.begin(info(frames.getFirst().width(), frames.getFirst().height()));
      frames.forEach(sink::accept);
      sink.commit();
    }
  }

  static List<String> namesIn(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      List<String> names = new ArrayList<>(files.map(f -> f.getFileName().toString()).toList());
      Collections.sort(names);
      return names;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Rgb8Image picture(int t, int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = (y * width + x) * 3;
        rgb[at] = (byte) (128 + 100 * Math.sin((x + 2 * t) / 9.0));
        rgb[at + 1] = (byte) (128 + 100 * Math.cos((y + t) / 7.0));
        rgb[at + 2] = (byte) (128 + 90 * Math.sin((x + y - t) / 11.0));
      }
    }
    return Rgb8Image.wrap(width, height, rgb);
  }
}
