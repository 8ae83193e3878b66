package dev.framepack.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.framepack.engine.GoldenTensors;
import dev.framepack.weights.config.PreprocessorConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageGoldenTest {

  private static final ImageSize CROP = new ImageSize(48, 64);
  private static final ImageSize STRETCH = new ImageSize(40, 72);
  private static final PreprocessorConfig SIGLIP = siglip(32);

  private final Map<String, GoldenTensors.Tensor> golden = GoldenTensors.read("images");

  @ParameterizedTest
  @ValueSource(strings = {"37x53", "90x61", "128x128"})
  void resizingEqualsPillow(String name) {
    Rgb8Image image = image(golden.get(name + ".rgb"));
    assertThat(Framing.COVER_CROP.fit(image, CROP))
        .isEqualTo(image(golden.get(name + ".center_crop_48x64")));
    assertThat(Framing.STRETCH.fit(image, STRETCH))
        .isEqualTo(image(golden.get(name + ".lanczos_40x72")));
    assertThat(golden.get(name + ".bucket640").longs())
        .containsExactly(
            Buckets.nearest(new ImageSize(image.height(), image.width())).height(),
            Buckets.nearest(new ImageSize(image.height(), image.width())).width());
  }

  @ParameterizedTest
  @ValueSource(strings = {"37x53", "90x61", "128x128"})
  void siglipInputOfTheBytesAsTheyAre(String name) {
    SiglipPreprocessor siglip = new SiglipPreprocessor(SIGLIP, SiglipPreprocessor.BytePath.AS_IS);
    assertThat(siglip.pixels(image(golden.get(name + ".rgb"))))
        .containsExactly(golden.get(name + ".siglip_32").floats(), within(1e-6f));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void siglipInputOfTheEncoders(int index) {
    Map<String, GoldenTensors.Tensor> encoders = GoldenTensors.read("encoders");
    SiglipPreprocessor siglip = new SiglipPreprocessor(SIGLIP, SiglipPreprocessor.BytePath.AS_IS);
    assertThat(siglip.pixels(image(encoders.get("image" + index + ".rgb"))))
        .containsExactly(encoders.get("image" + index + ".pixels").floats(), within(1e-6f));
  }

  @Test
  void theRoundTripTakesOneFrom1To63() {
    for (int u = 0; u < 256; u++) {
      int expected = u >= 1 && u <= 63 ? u - 1 : u;
      assertThat(SiglipPreprocessor.roundTrip(u)).as("u = %d", u).isEqualTo(expected);
    }
  }

  @Test
  void thePreprocessorObeysItsConfigurationPerChannel() {
    PreprocessorConfig config =
        new PreprocessorConfig(1, 1, 0.5, List.of(1.0, 2.0, 3.0), List.of(0.25, 0.5, 4.0));
    Rgb8Image image = Rgb8Image.of(1, 1, new byte[] {10, 20, 30});
    assertThat(new SiglipPreprocessor(config, SiglipPreprocessor.BytePath.AS_IS).pixels(image))
        .containsExactly(16, 16, 3);
  }

  private static PreprocessorConfig siglip(int side) {
    List<Double> half = List.of(0.5, 0.5, 0.5);
    return new PreprocessorConfig(side, side, 1.0 / 255, half, half);
  }

  @Test
  void theRoundTripComesBeforeTheResize() {
    Rgb8Image image = Rgb8Image.of(1, 1, new byte[] {63, 64, 0});
    SiglipPreprocessor siglip =
        new SiglipPreprocessor(siglip(1), SiglipPreprocessor.BytePath.ROUND_TRIP);
    assertThat(siglip.pixels(image))
        .containsExactly(new float[] {62 / 127.5f - 1, 64 / 127.5f - 1, -1}, within(1e-6f));
  }

  @ParameterizedTest
  @CsvSource({
    "100, 100, 640, 608",
    "1, 5000, 416, 960",
    "5000, 1, 960, 416",
    "416, 960, 416, 960",
    "1080, 1920, 480, 832"
  })
  void buckets(int height, int width, int bucketHeight, int bucketWidth) {
    assertThat(Buckets.nearest(new ImageSize(height, width)))
        .isEqualTo(new ImageSize(bucketHeight, bucketWidth));
    assertThat(Buckets.sizes()).hasSize(14);
  }

  @Test
  void aPictureOfTheRightSizeIsLeftAlone() {
    Rgb8Image image = Rgb8Image.of(2, 1, new byte[] {1, 2, 3, 4, 5, 6});
    assertThat(Framing.COVER_CROP.fit(image, new ImageSize(1, 2))).isSameAs(image);
    assertThat(Framing.STRETCH.fit(image, new ImageSize(1, 2))).isSameAs(image);
  }

  @Test
  void vaePixelsArePlanarAndSigned() {
    Rgb8Image image = Rgb8Image.of(2, 1, new byte[] {0, 1, 2, (byte) 255, 127, (byte) 128});
    assertThat(Planes.vaePixels(image))
        .containsExactly(
            -1f, 1f, 1 / 127.5f - 1, 127 / 127.5f - 1, 2 / 127.5f - 1, 128 / 127.5f - 1);
  }

  @Test
  void imagesAreValuesAndCopyTheirBytes() {
    byte[] bytes = {1, 2, 3};
    Rgb8Image image = Rgb8Image.of(1, 1, bytes);
    Arrays.fill(bytes, (byte) 9);
    Arrays.fill(image.rgb(), (byte) 9);
    assertThat(image).isEqualTo(Rgb8Image.of(1, 1, new byte[] {1, 2, 3}));
    assertThat(image.sample(0, 0, 2)).isEqualTo(3);
  }

  private static Rgb8Image image(GoldenTensors.Tensor tensor) {
    return Rgb8Image.of(tensor.shape().get(1), tensor.shape().get(0), tensor.bytes());
  }
}
