package dev.framepack.bench.codebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.history.HistoryCodebook;
import dev.framepack.engine.packing.LatentVideo;
import dev.framepack.engine.random.TorchRandom;
import org.junit.jupiter.api.Test;

final class CodebookFitTest {

  /** Two channels, pixels around three centres. */
  private static LatentVideo clip(long seed) {
    int pixels = 300;
    float[] noise = new TorchRandom(seed).randn(2L * pixels);
    float[][] centres = {{-4, 0}, {3, 3}, {2, -5}};
    float[] values = new float[2 * pixels];
    for (int p = 0; p < pixels; p++) {
      values[p] = centres[p % 3][0] + 0.1f * noise[p];
      values[pixels + p] = centres[p % 3][1] + 0.1f * noise[pixels + p];
    }
    return new LatentVideo(2, 3, 10, 10, values);
  }

  @Test
  void codewordsAreTheCentresOfTheLatents() {
    CodebookFit fit = new CodebookFit(3, 1);
    fit.add(clip(1));
    fit.add(clip(2));
    assertThat(fit.pixelsSeen()).isEqualTo(600);
    HistoryCodebook codebook = fit.fit();
    assertThat(codebook.size()).isEqualTo(3);
    LatentVideo context = clip(3);
    codebook.apply(context, new int[] {1, 2, 3});
    for (int p = 0; p < 300; p++) {
      float[] centre = new float[][] {{-4, 0}, {3, 3}, {2, -5}}[p % 3];
      assertThat(context.values()[p]).isCloseTo(centre[0], within(0.05f));
      assertThat(context.values()[300 + p]).isCloseTo(centre[1], within(0.05f));
    }
  }

  @Test
  void aLargerCodebookIsCloserAndTheSameSeedGivesTheSame() {
    double[] distance = new double[2];
    for (int i = 0; i < 2; i++) {
      int size = i == 0 ? 2 : 30;
      LatentVideo once = quantised(size);
      assertThat(quantised(size).values()).isEqualTo(once.values());
      float[] original = clip(4).values();
      for (int p = 0; p < original.length; p++) {
        distance[i] += Math.abs(original[p] - once.values()[p]);
      }
    }
    assertThat(distance[1]).isLessThan(distance[0] / 4);
  }

  private static LatentVideo quantised(int size) {
    CodebookFit fit = new CodebookFit(size, 5);
    fit.add(clip(1));
    LatentVideo context = clip(4);
    fit.fit().apply(context, new int[] {1, 2, 3});
    return context;
  }

  @Test
  void whatCannotBeFittedIsRefused() {
    assertThatThrownBy(() -> new CodebookFit(0, 1)).isInstanceOf(InvalidRequestException.class);
    CodebookFit tooFew = new CodebookFit(5, 1);
    tooFew.add(new LatentVideo(2, 1, 2, 2, new float[8]));
    assertThatThrownBy(tooFew::fit)
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("needs as many different latent pixels, found 1");
    assertThatThrownBy(() -> tooFew.add(new LatentVideo(2, 1, 1, 1, new float[] {1, Float.NaN})))
        .hasMessageContaining("not finite");
    assertThatThrownBy(() -> tooFew.add(new LatentVideo(3, 1, 2, 2, new float[12])))
        .hasMessageContaining("3 channels, those before had 2");
  }
}
