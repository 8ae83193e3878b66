package dev.framepack.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kind of picture gives the RGB bytes Pillow 12.3 gives: {@code exif_transpose}, then {@code
 * convert("RGB")}.
 */
class ImageColorTest {

  private static final Path IMAGES = Path.of("src/test/resources/images");

  static List<String> images() throws IOException {
    try (Stream<Path> files = Files.list(IMAGES)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".rgb"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("images")
  void equalsPillow(String name) throws IOException {
    byte[] expected = Files.readAllBytes(IMAGES.resolve(name + ".rgb"));
    Rgb8Image image = Rgb8Image.read(IMAGES.resolve(name));
    assertThat(image.width() * image.height()).isEqualTo(34 * 21);
    // WebP leaves the interpolation of its lossy chroma to the decoder.
    int tolerance = name.equals("lossy.webp") ? 16 : 0;
    assertThat(largestDifference(image.rgb(), expected)).isLessThanOrEqualTo(tolerance);
  }

  @Test
  void theContentDecidesNotTheName(@TempDir Path folder) throws IOException {
    Path lying = folder.resolve("picture.jpg");
    Files.copy(IMAGES.resolve("rgb.png"), lying);
    assertThat(Rgb8Image.read(lying)).isEqualTo(Rgb8Image.read(IMAGES.resolve("rgb.png")));
  }

  @Test
  void ourOwnPngReadsBack(@TempDir Path folder) throws IOException {
    Rgb8Image image = Rgb8Image.read(IMAGES.resolve("rgb.png"));
    Path file = folder.resolve("x.png");
    Files.write(file, PngEncoder.encode(image));
    assertThat(Rgb8Image.read(file)).isEqualTo(image);
  }

  private static int largestDifference(byte[] a, byte[] b) {
    assertThat(a).hasSameSizeAs(b);
    int largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs((a[i] & 0xFF) - (b[i] & 0xFF)));
    }
    return largest;
  }
}
