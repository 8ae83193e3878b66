package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.packing.SectionPlan;
import dev.framepack.engine.pipeline.PipelineObserver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The same request gives the same bits, whatever the threads and whatever ran before. */
final class DeterminismTest {

  private static List<VideoRequest> requests() {
    VideoRequest.Builder twoSections =
        TinyVideos.request().latentWindow(2).seconds(0.5).steps(4).seed(7);
    List<VideoRequest> requests = new ArrayList<>();
    requests.add(twoSections.build());
    requests.add(twoSections.teaCache(0.15).build());
    requests.add(twoSections.sampling(Sampling.F1).build());
    requests.add(twoSections.trueCfgScale(2).guidanceRescale(0.7).negativePrompt("blurry").build());
    return requests;
  }

  @Test
  void theNumberOfThreadsChangesNoBit() {
    List<List<float[]>> expected = new ArrayList<>();
    for (int threads = 1; threads <= 3; threads++) {
      try (FramePackEngine engine = TinyVideos.open(threads)) {
        List<VideoRequest> requests = requests();
        for (int i = 0; i < requests.size(); i++) {
          List<float[]> latents = TinyVideos.latents(engine, requests.get(i));
          if (threads == 1) {
            assertThat(latents).hasSize(2);
            expected.add(latents);
          }
          assertSameBits(latents, expected.get(i));
        }
      }
    }
    assertThat(expected.get(0).get(1)).isNotEqualTo(expected.get(2).get(1));
    assertThat(expected.get(2).get(1)).isNotEqualTo(expected.get(3).get(1));
  }

  @Test
  void whatRanBeforeChangesNoBit() {
    VideoRequest request = requests().getFirst();
    try (FramePackEngine engine = TinyVideos.open(2)) {
      List<float[]> expected = TinyVideos.latents(engine, request);
      assertSameBits(TinyVideos.latents(engine, request), expected);

      TinyVideos.latents(engine, TinyVideos.request().size(48, 32).prompt("other").build());
      assertSameBits(TinyVideos.latents(engine, request), expected);

      assertThatThrownBy(() -> engine.generate(request, new CancelAfter(3)))
          .isInstanceOf(CancelledException.class);
      assertSameBits(TinyVideos.latents(engine, request), expected);

      assertThatThrownBy(() -> engine.observe(request, new FailingObserver(), (i, samples) -> {}))
          .hasMessage("on purpose");
      assertSameBits(TinyVideos.latents(engine, request), expected);
    }
  }

  @Test
  void aCancelledJobEndsAtEveryPointItIsAsked() {
    VideoRequest request = TinyVideos.request().steps(2).build();
    try (FramePackEngine engine = TinyVideos.open(1)) {
      int questions = 0;
      boolean done = false;
      while (!done) {
        CancelAfter listener = new CancelAfter(questions++);
        try (VideoResult result = engine.generate(request, listener)) {
          assertThat(result.frameCount()).isEqualTo(request.outputFrames());
          done = true;
        } catch (CancelledException e) {
          assertThat(e.code()).isNotEmpty();
          assertThat(e.getMessage()).doesNotContain("\n");
        }
      }
      assertThat(questions).as("points at which it asks").isGreaterThan(3);
    }
  }

  private static void assertSameBits(List<float[]> found, List<float[]> expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(found.get(i)).as("section %d", i).isEqualTo(expected.get(i));
    }
  }

  /** Says yes when it has been asked a number of times. */
  private static final class CancelAfter implements GenerationListener {
    private int left;

    CancelAfter(int questions) {
      this.left = questions;
    }

    @Override
    public boolean isCancelled() {
      return left-- <= 0;
    }
  }

  private static final class FailingObserver implements PipelineObserver {
    @Override
    public void beforeStep(SectionPlan plan, int step) {
      if (plan.number() == 1 && step == 1) {
        throw new IllegalStateException("on purpose");
      }
    }
  }
}
