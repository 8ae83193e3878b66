package dev.framepack.bench.metric.picture;

import static dev.framepack.bench.metric.TestPictures.flat;
import static dev.framepack.bench.metric.TestPictures.grey;
import static dev.framepack.bench.metric.TestPictures.picture;
import static dev.framepack.bench.metric.TestPictures.texture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.framepack.bench.metric.FrameMetric;
import dev.framepack.bench.metric.VideoContext;
import dev.framepack.bench.metric.VideoFrames;
import dev.framepack.engine.image.Rgb8Image;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Metrics of pictures against closed forms. */
class PictureMetricsTest {

  private static double[] measure(String name, Rgb8Image... frames) {
    VideoContext context = new VideoContext(null, null, VideoFrames.of(List.of(frames[0])), null);
    return new PictureMetrics()
        .metrics(context).stream()
            .filter(metric -> metric.info().name().equals(name))
            .map(metric -> ((FrameMetric) metric).measure(VideoFrames.of(List.of(frames))))
            .findFirst()
            .orElseThrow();
  }

  @Test
  void lumaIsThatOfBt601AndContrastItsDeviation() {
    LumaPlane luma = LumaPlane.of(picture(4, 2, (x, y) -> 10, (x, y) -> 20, (x, y) -> 30));
    assertThat(luma.at(3, 1)).isCloseTo(2.99 + 11.74 + 3.42, within(1e-12));
    LumaPlane halves = LumaPlane.of(grey(8, 8, (x, y) -> x < 4 ? 20 : 220));
    assertThat(halves.rmsContrast()).isCloseTo(100, within(1e-9));
  }

  @Test
  void aCheckerboardHasTheLaplacianVarianceOfItsClosedForm() {
    Rgb8Image board = grey(10, 10, (x, y) -> (x + y) % 2 == 0 ? 50 : 0);
    assertThat(Sharpness.laplacianVariance(board)).isCloseTo(16 * 50 * 50, within(1e-6));
    assertThat(Sharpness.laplacianVariance(flat(10, 1, 2, 3))).isCloseTo(0, within(1e-9));
    assertThat(Sharpness.laplacianVariance(grey(15, 15, (x, y) -> x * x)))
        .as("a parabola has the same Laplacian everywhere")
        .isCloseTo(0, within(1e-9));
    assertThat(Sharpness.laplacianVariance(grey(10, 10, (x, y) -> 7 * x + 3 * y)))
        .as("a ramp has no Laplacian")
        .isCloseTo(0, within(1e-9));
  }

  @Test
  void aBlurredPictureIsLessClear() {
    Rgb8Image sharp = texture(0, 0);
    Rgb8Image blurred =
        grey(60, 60, (x, y) -> (sharp.sample(x, y, 0) + sharp.sample(x + 1, y, 0)) / 2);
    double[] clarity = measure("clarity", sharp, blurred);
    assertThat(clarity[1]).isBetween(clarity[0] * 0.1, clarity[0] * 0.8);
  }

  @ParameterizedTest
  @CsvSource({
    "255,255,255, 100.00,   0.00,    0.00",
    "0,0,0,         0.00,   0.00,    0.00",
    "119,119,119,  50.03,   0.00,    0.00",
    "255,0,0,      53.24,  80.09,   67.20",
    "0,255,0,      87.73, -86.18,   83.18",
    "0,0,255,      32.30,  79.19, -107.86",
    "12,4,2,        1.53,   1.84,    1.50",
  })
  void cielabOfKnownColours(int red, int green, int blue, double lightness, double a, double b) {
    CieLab color = CieLab.of(red, green, blue);
    assertThat(color.lightness()).isCloseTo(lightness, within(0.02));
    assertThat(color.a()).isCloseTo(a, within(0.02));
    assertThat(color.b()).isCloseTo(b, within(0.02));
  }

  @Test
  void colourShiftIsTheDistanceOfMeanColoursAndBlindToMotion() {
    double expected = CieLab.of(100, 120, 140).distanceTo(CieLab.of(130, 120, 140));
    double[] shifted = measure("color-shift", flat(16, 100, 120, 140), flat(16, 130, 120, 140));
    assertThat(shifted[0]).isZero();
    assertThat(shifted[1]).isCloseTo(expected, within(1e-9)).isGreaterThan(5);
    double[] moved =
        measure(
            "color-shift",
            picture(16, 16, (x, y) -> x < 4 ? 250 : 30, (x, y) -> 30, (x, y) -> 60),
            picture(16, 16, (x, y) -> x >= 12 ? 250 : 30, (x, y) -> 30, (x, y) -> 60));
    assertThat(moved[1]).isCloseTo(0, within(1e-9));
  }

  @Test
  void contrastShiftIsTheDifferenceOfDeviations() {
    double[] shift =
        measure(
            "contrast-shift",
            grey(16, 16, (x, y) -> x < 8 ? 100 : 160),
            grey(16, 16, (x, y) -> x < 8 ? 120 : 140),
            grey(16, 16, (x, y) -> y < 8 ? 100 : 160),
            grey(16, 16, (x, y) -> x < 8 ? 80 : 180));
    assertThat(shift[0]).isZero();
    assertThat(shift[1]).isCloseTo(20, within(1e-9));
    assertThat(shift[2]).isCloseTo(0, within(1e-9));
    assertThat(shift[3]).isCloseTo(20, within(1e-9));
  }

  @Test
  void psnrOfKnownNoise() {
    Rgb8Image picture = grey(32, 32, (x, y) -> 100 + x);
    Rgb8Image noisy = grey(32, 32, (x, y) -> 100 + x + ((x + y) % 2 == 0 ? 5 : -5));
    assertThat(Psnr.decibels(noisy, picture)).isCloseTo(20 * Math.log10(255 / 5.0), within(1e-9));
    assertThat(Psnr.decibels(picture, picture)).isEqualTo(Psnr.EQUAL_DECIBELS);
    assertThat(Psnr.decibels(flat(8, 0, 0, 0), flat(8, 255, 255, 255))).isCloseTo(0, within(1e-9));
    assertThat(measure("psnr", picture, noisy)).containsExactly(100, Double.NaN);
  }

  @Test
  void ssimOfFlatPicturesHasAClosedForm() {
    double c1 = 2.55 * 2.55;
    double expected = (2 * 50 * 150 + c1) / (50 * 50 + 150 * 150 + c1);
    assertThat(ssim(flat(20, 50, 50, 50), flat(20, 150, 150, 150)))
        .isCloseTo(expected, within(1e-6));
  }

  @Test
  void ssimIs1ForEqualPicturesNear0ForUnrelatedAndNegativeForInverted() {
    Rgb8Image one = texture(0, 0);
    Rgb8Image inverted = grey(64, 64, (x, y) -> 255 - one.sample(x, y, 0));
    assertThat(ssim(one, one)).isCloseTo(1, within(1e-12));
    assertThat(ssim(one, texture(5000, 0))).isCloseTo(0, within(0.1));
    assertThat(ssim(one, inverted)).isLessThan(-0.8);
  }

  @Test
  void ssimOfOneWindowIsTheFormula() {
    Rgb8Image a = grey(11, 11, (x, y) -> 20 * x + y * y);
    Rgb8Image b = grey(11, 11, (x, y) -> 200 - 15 * y + x);
    double[] sums = new double[6];
    for (int i = 0; i < 121; i++) {
      int x = i % 11;
      int y = i / 11;
      double weight = Math.exp(-((x - 5) * (x - 5) + (y - 5) * (y - 5)) / 4.5);
      double p = a.sample(x, y, 0);
      double q = b.sample(x, y, 0);
      double[] terms = {1, p, q, p * p, q * q, p * q};
      for (int k = 0; k < terms.length; k++) {
        sums[k] += weight * terms[k];
      }
    }
    double meanA = sums[1] / sums[0];
    double meanB = sums[2] / sums[0];
    double varianceA = sums[3] / sums[0] - meanA * meanA;
    double varianceB = sums[4] / sums[0] - meanB * meanB;
    double covariance = sums[5] / sums[0] - meanA * meanB;
    double c1 = 2.55 * 2.55;
    double c2 = 7.65 * 7.65;
    double expected =
        (2 * meanA * meanB + c1)
            * (2 * covariance + c2)
            / ((meanA * meanA + meanB * meanB + c1) * (varianceA + varianceB + c2));
    assertThat(ssim(a, b)).isCloseTo(expected, within(1e-9));
  }

  private static double ssim(Rgb8Image a, Rgb8Image b) {
    return Ssim.of(LumaPlane.of(a), LumaPlane.of(b));
  }

  @Test
  void picturesThatCannotBeComparedAreRefused() {
    Rgb8Image small = flat(8, 0, 0, 0);
    Rgb8Image large = flat(16, 0, 0, 0);
    assertThatThrownBy(() -> Psnr.decibels(small, large))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pictures to compare: expected 8x8, found 16x16");
    assertThatThrownBy(() -> ssim(large, small))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pictures to compare: expected 16x16, found 8x8");
    assertThatThrownBy(() -> ssim(small, small))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pictures for SSIM: expected 11x11 or larger, found 8x8");
  }
}
