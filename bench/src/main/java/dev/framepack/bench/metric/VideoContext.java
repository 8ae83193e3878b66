package dev.framepack.bench.metric;

import dev.framepack.engine.demo.DemoScene;
import dev.framepack.engine.image.Rgb8Image;
import org.jspecify.annotations.Nullable;

/**
 * What is known about a video beside its frames.
 *
 * @param prompt it was made with
 * @param startImage it was made from, of any size
 * @param future the frames the world truly has, at least as many as the video
 * @param scene of the synthetic world it was made in
 */
public record VideoContext(
    @Nullable String prompt,
    @Nullable Rgb8Image startImage,
    @Nullable VideoFrames future,
    @Nullable DemoScene scene) {

  /** Nothing. */
  public static final VideoContext NONE = new VideoContext(null, null, null, null);

  /** What was asked for, and not what would truly happen. */
  public static VideoContext ofRequest(String prompt, Rgb8Image startImage) {
    return new VideoContext(prompt, startImage, null, null);
  }

  /** Everything: a scene has a prompt, a start image and a future without end. */
  public static VideoContext ofScene(DemoScene scene) {
    return new VideoContext(
        scene.prompt(), scene.startImage(), VideoFrames.of(Integer.MAX_VALUE, scene::frame), scene);
  }
}
