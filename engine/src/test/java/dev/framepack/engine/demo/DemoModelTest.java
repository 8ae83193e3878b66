package dev.framepack.engine.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.weights.ModelFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DemoModelTest {

  @Test
  void theCheckpointUnpacksWholeStaysSmallAndIsRemoved() throws IOException {
    Path folder;
    try (DemoModel demo = DemoModel.unpack()) {
      folder = demo.folder();
      assertThat(ModelFolders.resolve(folder).scheduler()).isPresent();
      try (Stream<Path> files = Files.walk(folder)) {
        long bytes =
            files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
        assertThat(bytes).isLessThan(15_000_000);
      }
    }
    assertThat(folder).doesNotExist();
  }

  @Test
  void theShapeOfTheStartImageIsFoundWhereItIs() {
    DemoScene scene = DemoScene.builtIn();
    try (DemoModel demo = DemoModel.unpack()) {
      ShapeMask seen = scene.find(Rgb8Image.read(demo.startImage()));
      assertThat(seen.distanceTo(scene.trueMask(0))).isLessThan(0.1);
      assertThat(scene.isShape(seen)).isTrue();
    }
    Rgb8Image empty = Rgb8Image.of(64, 64, new byte[64 * 64 * 3]);
    assertThat(scene.isShape(scene.find(empty))).isFalse();
  }
}
