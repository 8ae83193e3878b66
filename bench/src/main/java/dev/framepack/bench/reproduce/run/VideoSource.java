package dev.framepack.bench.reproduce.run;

import dev.framepack.bench.metric.VideoFrames;
import dev.framepack.bench.reproduce.suite.Reference;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.demo.DemoScene;
import dev.framepack.engine.image.Rgb8Image;

/** Where the video of a cell comes from. */
public sealed interface VideoSource {

  /** From the engine. */
  record Generated(VideoRequest request) implements VideoSource {}

  /**
   * From the scene itself, to compare with.
   *
   * @param frames as many as a generated video of the suite has
   */
  record Given(Reference reference, int frames) implements VideoSource {

    VideoFrames of(DemoScene scene) {
      return switch (reference) {
        case TRUTH -> VideoFrames.of(frames, scene::frame);
        case STILL -> {
          Rgb8Image start = scene.startImage();
          yield VideoFrames.of(frames, k -> start);
        }
      };
    }
  }
}
