package dev.framepack.bench.codebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.OutputException;
import dev.framepack.engine.demo.DemoModel;
import dev.framepack.engine.demo.DemoScene;
import dev.framepack.engine.history.HistoryCodebook;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.random.TorchRandom;
import dev.framepack.weights.SafetensorsWriter;
import dev.framepack.weights.WeightTensor;
import java.awt.image.BufferedImage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code framepack codebook} as a user calls it. */
final class CodebookCommandTest {
  @TempDir Path folder;

  private String run(String... arguments) {
    StringWriter out = new StringWriter();
    CodebookCommand command = new CodebookCommand();
    CommandLine line = new CommandLine(command);
    line.setOut(new PrintWriter(out));
    line.parseArgs(arguments);
    command.call();
    line.getOut().flush();
    return out.toString();
  }

  private Path latents(String name, long... shape) throws Exception {
    int count = 1;
    for (long dim : shape) {
      count *= (int) dim;
    }
    Path file = folder.resolve(name);
    SafetensorsWriter.write(
        file,
        List.of(WeightTensor.ofFloats("latents", shape, new TorchRandom(1).randn(count))),
        Map.of());
    return file;
  }

  @Test
  void latentsBecomeACodebook() throws Exception {
    Path one = latents("one.safetensors", 1, 16, 2, 4, 4);
    Path two = latents("two.safetensors", 16, 3, 4, 4);
    Path output = folder.resolve("k8.safetensors");
    String told =
        run("--size", "8", "--latents", one.toString(), two.toString(), "--output=" + output);
    assertThat(told).contains("8 codewords from 80 latent pixels");
    assertThat(HistoryCodebook.read(output).size()).isEqualTo(8);
    assertThatThrownBy(() -> run("--latents", one.toString(), "--output=" + output))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("OUTPUT_EXISTS");
  }

  @Test
  void picturesAreEncodedByTheModel() throws Exception {
    Path clip = Files.createDirectory(folder.resolve("clip"));
    for (int i = 0; i < 6; i++) { // the sixth does not make a whole clip
      Path file = clip.resolve("%03d.png".formatted(i));
      ImageIO.write(picture(DemoScene.builtIn().frame(i)), "png", file.toFile());
    }
    Path output = folder.resolve("k4.safetensors");
    try (DemoModel demo = DemoModel.unpack()) {
      String told =
          run(
              "--size=4",
              "--frames=" + clip,
              "--model=" + demo.folder(),
              "--backend=cpu",
              "--output=" + output);
      assertThat(told).contains("4 codewords from 128 latent pixels");
    }
    assertThat(HistoryCodebook.read(output).size()).isEqualTo(4);
  }

  private static BufferedImage picture(Rgb8Image frame) {
    BufferedImage picture =
        new BufferedImage(frame.width(), frame.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < frame.height(); y++) {
      for (int x = 0; x < frame.width(); x++) {
        int rgb = frame.sample(x, y, 0) << 16 | frame.sample(x, y, 1) << 8 | frame.sample(x, y, 2);
        picture.setRGB(x, y, rgb);
      }
    }
    return picture;
  }

  @Test
  void whatIsMissingIsNamed() throws Exception {
    Path wrong = latents("wrong.safetensors", 16, 4);
    assertThatThrownBy(() -> run("--latents=" + wrong, "--output=" + folder.resolve("a")))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("tensor latents must be [C, T, h, w]");
    assertThatThrownBy(() -> run("--latents=" + wrong)).hasMessageContaining("--output is missing");
    assertThatThrownBy(() -> run("--output=" + folder.resolve("a")))
        .hasMessageContaining("give --latents or --frames");
    assertThatThrownBy(() -> run("--frames=" + folder, "--output=" + folder.resolve("a")))
        .hasMessageContaining("--frames needs --model");
  }
}
