package dev.framepack.bench.reproduce.spark;

import dev.framepack.bench.reproduce.run.SceneInput;
import dev.framepack.engine.demo.DemoScene;
import dev.framepack.engine.image.Rgb8Image;
import java.io.Serializable;
import java.util.Optional;

/** A scene on its way to an executor, so that its picture need not lie there. */
final class SentScene implements Serializable {
  private final String name;
  private final String prompt;
  private final boolean isDemo;
  private final int width;
  private final int height;
  private final byte[] rgb;

  SentScene(SceneInput scene) {
    name = scene.name();
    prompt = scene.prompt();
    isDemo = scene.world().isPresent();
    width = scene.image().width();
    height = scene.image().height();
    rgb = new byte[width * height * Rgb8Image.CHANNELS];
    scene.image().buffer().get(0, rgb);
  }

  SceneInput received() {
    return new SceneInput(
        name,
        Rgb8Image.of(width, height, rgb),
        prompt,
        isDemo ? Optional.of(DemoScene.parse(name)) : Optional.empty());
  }
}
