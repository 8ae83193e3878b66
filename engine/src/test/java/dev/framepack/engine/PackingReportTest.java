package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.framepack.engine.history.HistoryPolicy;
import dev.framepack.engine.image.ImageSize;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.packing.PackingNotation;
import dev.framepack.engine.packing.PatchKernel;
import dev.framepack.weights.config.TransformerConfig;
import org.junit.jupiter.api.Test;

/** What a packing costs, against the published figures. */
final class PackingReportTest {
  private static final ImageSize SIZE = new ImageSize(640, 608);

  private static PackingReport report(VideoRequest.Builder request, ImageSize size) {
    return PackingReport.of(
        request.image(Rgb8Image.of(1, 1, new byte[3])).prompt("").build(),
        size,
        TransformerConfig.published());
  }

  /** Spec section 8: about 17.5 k packed tokens and 5e14 FLOP at 640x608. */
  @Test
  void theReleasedLayoutCostsWhatIsPublished() {
    PackingReport report = report(VideoRequest.builder(), SIZE);
    assertThat(report.frameTokens()).isEqualTo(1520);
    assertThat(report.generatedTokens()).isEqualTo(9 * 1520);
    // start and nearest frame, 2 at 2x: 1x20x19, 16 at 4x: 4x10x10
    assertThat(report.contextTokens()).isEqualTo(2 * 1520 + 380 + 400);
    assertThat((double) report.stepFlops()).isCloseTo(5e14, within(0.05e14));
    assertThat(report.untrained()).isEmpty();
    assertThat(report.passes()).isEqualTo(1);
    assertThat(report.size()).isEqualTo(SIZE);
    assertThat(report.schedule().sections()).isEqualTo(4);
  }

  /** The paper: 17966 image tokens for the released layout at 832x480. */
  @Test
  void theLayoutAt480pHasThePapersTokens() {
    PackingReport report = report(VideoRequest.builder(), new ImageSize(480, 832));
    assertThat(report.contextTokens() + report.generatedTokens()).isEqualTo(17_966);
  }

  @Test
  void kernelsWithoutWeightsAnchorsAndPassesAreSeen() {
    PackingNotation packing = PackingNotation.parse("td_f8k8f4k4f2k2f1k1_g9");
    PackingReport report =
        report(
            VideoRequest.builder()
                .sampling(Sampling.of(packing))
                .history(HistoryPolicy.parse("guidance:2,0.5+anchor")),
            SIZE);
    assertThat(report.untrained()).containsExactly(PatchKernel.cube(8));
    assertThat(report.packing()).hasToString("f1k1_td_f8k8f4k4f2k2f1k1_g9");
    assertThat(report.passes()).isEqualTo(3);
  }

  @Test
  void aPackingThatNothingCanRunIsRefused() {
    VideoRequest.Builder request =
        VideoRequest.builder().sampling(Sampling.of(PackingNotation.parse("td_f999k1f999k1_g9")));
    assertThatThrownBy(() -> report(request, new ImageSize(8192, 8192)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("PACKING_TOKENS");
  }
}
