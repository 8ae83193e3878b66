package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.GenerationPlan.SectionCost;
import dev.framepack.engine.sampler.cache.StepCache;
import org.junit.jupiter.api.Test;

/** What a request takes, told before any work, is what it takes. */
final class GenerationPlanTest {

  private static EngineConfig.Builder config(BackendKind backend) {
    return EngineConfig.builder().models(TinyVideos.CHECKPOINT).backend(backend).threads(2);
  }

  private static VideoRequest.Builder request() {
    return TinyVideos.request().latentWindow(2).seconds(0.8).steps(3).seed(3);
  }

  @Test
  void sectionsStepsTokensFramesAndBytesAreThoseOfTheRun() {
    VideoRequest request =
        request()
            .trueCfgScale(2)
            .negativePrompt("blurry")
            .stepCache(StepCache.parse("fbcache:10"))
            .build();
    try (FramePackEngine engine = TinyVideos.open(2)) {
      GenerationPlan plan = engine.plan(request);
      try (VideoResult video = engine.generate(request, GenerationListener.NONE)) {
        assertThat(plan.outputFrames()).isEqualTo(video.frameCount());
        assertThat(plan.size()).isEqualTo(video.size());
        assertThat(plan.passes()).isEqualTo(video.report().steps().passes()).isEqualTo(18);
        assertThat(plan.hostBytes())
            .isEqualTo(plan.memory().peakBytes() + video.report().hostTableBytes());
      }
      assertThat(plan.sections()).extracting(SectionCost::inTime).containsExactly(2, 1, 0);
      assertThat(plan.sections()).extracting(SectionCost::steps).containsOnly(3);
      // 32x48 pixels are 2x3 tokens a frame.
      assertThat(plan.sections()).extracting(SectionCost::generatedTokens).containsOnly(12L);
      assertThat(plan.sections())
          .extracting(SectionCost::contextTokens)
          .allMatch(tokens -> tokens > 12);
      assertThat(plan.fits()).isTrue();
      assertThat(plan.changes()).isEmpty();
      assertThat(plan.toMap())
          .containsEntry("passes", 18)
          .containsEntry("fits", true)
          .containsEntry("peakBytes", plan.memory().peakBytes());
      assertThat(plan).isEqualTo(FramePack.plan(config(BackendKind.CPU).build(), request));
    }
  }

  @Test
  void whatDoesNotFitIsToldWithWhatWould() {
    VideoRequest request = request().size(128, 128).build();
    EngineConfig.Builder emulated = config(BackendKind.CUDA_EMULATED).precision(Precision.FLOAT32);
    long whole = FramePack.plan(emulated.build(), request).memory().peakBytes();
    GenerationPlan small = FramePack.plan(emulated.deviceMemoryBytes(whole / 10).build(), request);
    assertThat(small.fits()).isFalse();
    assertThat(small.changes()).isNotEmpty();
    assertThat(small.changes().getLast().change()).endsWith("B of memory");
    assertThat(small.changes().getLast().peakBytes()).isEqualTo(small.memory().peakBytes());
    long limit = small.memory().limitBytes().orElseThrow();
    for (GenerationPlan.FittingChange change :
        small.changes().subList(0, small.changes().size() - 1)) {
      assertThat(change.peakBytes()).as(change.change()).isLessThanOrEqualTo(limit);
    }
  }
}
