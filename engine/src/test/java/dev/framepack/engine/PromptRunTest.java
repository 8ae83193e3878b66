package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.timeline.PromptSchedule;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole videos with prompts per section. */
final class PromptRunTest {
  private static final String A = "a red circle moves left slowly";
  private static final String B = "a green square, which is a longer prompt, moves right";

  private static FramePackEngine engine;

  @BeforeAll
  static void open() {
    engine = TinyVideos.open(2);
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  /** Three sections of two latent frames. */
  private static VideoRequest.Builder request(Sampling sampling) {
    return TinyVideos.request().latentWindow(2).seconds(0.8).steps(2).seed(3).sampling(sampling);
  }

  private static List<float[]> latents(VideoRequest.Builder request) {
    return TinyVideos.latents(engine, request.build());
  }

  private static void assertSame(List<float[]> found, List<float[]> expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(found.get(i)).as("section %d", i).isEqualTo(expected.get(i));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0-2:" + A + ";;;" + A, "[0s-0.8s: " + A + "]", "0:" + A + ";;;1-2:" + A})
  void onePromptWrittenAsScheduleIsThatPrompt(String text) {
    assertSame(
        latents(request(Sampling.F1).prompts(text, 0)), latents(request(Sampling.F1).prompt(A)));
  }

  @Test
  void forwardTheFirstSectionsAreThoseOfTheFirstPrompt() {
    List<float[]> a = latents(request(Sampling.F1).prompt(A));
    List<float[]> ab = latents(request(Sampling.F1).prompts("0-1:" + A + ";;;2:" + B, 0));
    assertThat(ab.get(0)).isEqualTo(a.get(0));
    assertThat(ab.get(1)).isEqualTo(a.get(1));
    assertThat(ab.get(2)).isNotEqualTo(a.get(2));
  }

  /** Inverted makes the last section first, so what is made first has the last prompt. */
  @Test
  void sectionsCountInOrderOfTimeWhateverTheOrderOfGeneration() {
    List<float[]> b = latents(request(Sampling.INVERTED).prompt(B));
    List<float[]> ab = latents(request(Sampling.INVERTED).prompts("0-1:" + A + ";;;-1:" + B, 0));
    assertThat(ab.get(0)).isEqualTo(b.get(0));
    assertThat(ab.get(1)).isNotEqualTo(b.get(1));
  }

  @Test
  void aBlendLiesBetweenAndRepeatsItself() {
    String text = "0:" + A + ";;;1-2:" + B;
    List<float[]> cut = latents(request(Sampling.F1).prompts(text, 0));
    List<float[]> blend = latents(request(Sampling.F1).prompts(text, 2));
    assertThat(blend.get(0)).isEqualTo(cut.get(0));
    assertThat(blend.get(1)).isNotEqualTo(cut.get(1));
    List<float[]> a = latents(request(Sampling.F1).prompt(A));
    double whole = GoldenData.relativeL2(cut.get(1), a.get(1));
    assertThat(GoldenData.relativeL2(blend.get(1), a.get(1))).isPositive().isLessThan(whole);
    assertThat(GoldenData.relativeL2(blend.get(1), cut.get(1))).isPositive().isLessThan(whole);
    assertSame(latents(request(Sampling.F1).prompts(text, 2)), blend);
  }

  @Test
  void guidanceAndRollingWindowsHavePromptsToo() {
    String text = "0:" + A + ";;;1-2:" + B;
    VideoRequest.Builder cfg = request(Sampling.F1).trueCfgScale(2).negativePrompt("blurry");
    List<float[]> plain = latents(cfg.prompt(A));
    List<float[]> found = latents(cfg.prompts(text, 0));
    assertThat(found.get(0)).isEqualTo(plain.get(0));
    assertThat(found.get(1)).isNotEqualTo(plain.get(1));
    VideoRequest.Builder rolling = request(Sampling.F1).sampler(SamplerKind.ROLLING_DIFFUSION);
    List<float[]> one = latents(rolling.prompt(A));
    List<float[]> two = latents(rolling.prompts(text, 0));
    assertThat(two.get(0)).isEqualTo(one.get(0));
    assertThat(two.get(2)).as("the window begins in section 1").isNotEqualTo(one.get(2));
  }

  @Test
  void faultsOfPromptsAreToldWithAllOthers() {
    assertThatThrownBy(() -> request(Sampling.F1).steps(0).prompts("0:a;;;9:b", 0).build())
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("REQUEST_INVALID: ")
        .hasMessageContainingAll("steps must be 1", "prompt, character 7: section 9 is out of");
    assertThatThrownBy(() -> request(Sampling.F1).steps(0).prompts("0:a;;;2-1:b", 0).build())
        .hasMessageContainingAll("steps must be 1", "prompt, character 7: expected a rising");
    assertThat(request(Sampling.F1).prompts(PromptSchedule.of("0:a;;;9:b")).build().prompt())
        .isEqualTo("0:a;;;9:b");
  }
}
