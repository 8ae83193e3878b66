package dev.framepack.engine.examples;

import dev.framepack.engine.FramePackEngine;
import dev.framepack.engine.GenerationListener;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.VideoResult;
import dev.framepack.engine.image.Rgb8Image;
import java.awt.image.BufferedImage;
import java.util.function.Consumer;

/** Frames as pictures of the JDK, one after the other, without any encoder or file of one's own. */
public final class FramesToConsumer {
  private FramesToConsumer() {}

  public static void generate(
      FramePackEngine engine, VideoRequest request, Consumer<BufferedImage> consumer) {
    try (VideoResult video = engine.generate(request, GenerationListener.NONE)) {
      video.forEachFrame(frame -> consumer.accept(picture(frame)));
    }
  }

  private static BufferedImage picture(Rgb8Image frame) {
    BufferedImage picture =
        new BufferedImage(frame.width(), frame.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < frame.height(); y++) {
      for (int x = 0; x < frame.width(); x++) {
        int red = frame.sample(x, y, 0);
        int green = frame.sample(x, y, 1);
        int blue = frame.sample(x, y, 2);
        picture.setRGB(x, y, red << 16 | green << 8 | blue);
      }
    }
    return picture;
  }
}
