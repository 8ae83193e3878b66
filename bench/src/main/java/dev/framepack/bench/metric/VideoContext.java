package dev.framepack.bench.metric;

import dev.framepack.engine.demo.DemoScene;
import org.jspecify.annotations.Nullable;

/**
 * What is known about a video beside its frames.
 *
 * @param prompt it was made with
 * @param future the frames the world truly has, at least as many as the video
 * @param scene of the synthetic world it was made in
 */
public record VideoContext(
    @Nullable String prompt, @Nullable VideoFrames future, @Nullable DemoScene scene) {

  /** Nothing. */
  public static final VideoContext NONE = new VideoContext(null, null, null);

  public static VideoContext ofPrompt(String prompt) {
    return new VideoContext(prompt, null, null);
  }

  /** Everything: a scene has a prompt and a future without end. */
  public static VideoContext ofScene(DemoScene scene) {
    return new VideoContext(scene.prompt(), VideoFrames.of(Integer.MAX_VALUE, scene::frame), scene);
  }
}
