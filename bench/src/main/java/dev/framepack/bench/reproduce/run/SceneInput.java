package dev.framepack.bench.reproduce.run;

import dev.framepack.bench.reproduce.suite.Scene;
import dev.framepack.engine.demo.DemoScene;
import dev.framepack.engine.image.Rgb8Image;
import java.util.Optional;

/**
 * A scene with its picture in memory.
 *
 * @param world the demo's world where its true future is known
 */
public record SceneInput(String name, Rgb8Image image, String prompt, Optional<DemoScene> world) {

  /**
   * Reads or paints the picture.
   *
   * @throws dev.framepack.engine.ImageException when a file holds no picture
   */
  public static SceneInput load(Scene scene) {
    return switch (scene) {
      case Scene.Demo(String name) -> {
        DemoScene world = DemoScene.parse(name);
        yield new SceneInput(name, world.startImage(), world.prompt(), Optional.of(world));
      }
      case Scene.Picture(String name, var image, String prompt) ->
          new SceneInput(name, Rgb8Image.read(image), prompt, Optional.empty());
    };
  }
}
