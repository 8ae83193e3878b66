package dev.framepack.engine.examples;

import dev.framepack.engine.EngineConfig;
import dev.framepack.engine.FramePack;
import dev.framepack.engine.FramePackEngine;
import dev.framepack.engine.FramePackException;
import dev.framepack.engine.GenerationListener;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.VideoResult;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.video.SinkFactory;
import dev.framepack.engine.video.SinkOptions;
import dev.framepack.engine.video.VideoSink;
import java.nio.file.Path;

/** The shortest program that makes a video: checkpoint folder, start image, prompt, output. */
public final class EmbedInMain {
  private EmbedInMain() {}

  public static void main(String[] args) {
    EngineConfig config = EngineConfig.builder().models(Path.of(args[0])).build();
    VideoRequest request =
        VideoRequest.builder()
            .image(Rgb8Image.read(Path.of(args[1])))
            .prompt(args[2])
            .size(64, 64)
            .seconds(0.3)
            .latentWindow(2)
            .steps(2)
            .seed(42)
            .build();
    try (VideoSink sink = SinkFactory.forOutput(Path.of(args[3]), new SinkOptions(16, false));
        FramePackEngine engine = FramePack.open(config);
        VideoResult video = engine.generate(request, GenerationListener.NONE)) {
      video.writeTo(sink);
    } catch (FramePackException e) {
      // One line: a stable code, what happened, and what can be done about it.
      System.getLogger("example").log(System.Logger.Level.ERROR, e.getMessage());
      throw e;
    }
  }
}
