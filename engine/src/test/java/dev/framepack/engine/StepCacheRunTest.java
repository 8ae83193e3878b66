package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.history.HistoryPolicy;
import dev.framepack.engine.packing.LatentVideo;
import dev.framepack.engine.packing.SectionPlan;
import dev.framepack.engine.pipeline.PipelineObserver;
import dev.framepack.engine.pipeline.RunReport;
import dev.framepack.engine.sampler.cache.StepCache;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole videos with steps left out. */
final class StepCacheRunTest {
  private static final int STEPS = 6;
  private static FramePackEngine engine;

  @BeforeAll
  static void open() {
    engine = TinyVideos.open(2);
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private record Run(List<float[]> latents, RunReport report) {}

  private static Run run(FramePackEngine on, VideoRequest.Builder request) {
    List<float[]> latents = new ArrayList<>();
    RunReport report =
        on.observe(
            request.build(),
            new PipelineObserver() {
              @Override
              public void onSectionLatents(SectionPlan plan, Supplier<LatentVideo> section) {
                latents.add(section.get().values());
              }
            },
            (start, frames) -> {});
    return new Run(latents, report);
  }

  /** Two sections of two latent frames. */
  private static VideoRequest.Builder request(String cache) {
    return TinyVideos.request()
        .latentWindow(2)
        .seconds(0.5)
        .steps(STEPS)
        .seed(7)
        .stepCache(StepCache.parse(cache));
  }

  private static void assertSameBits(Run found, Run expected) {
    assertThat(found.latents()).hasSameSizeAs(expected.latents());
    for (int i = 0; i < expected.latents().size(); i++) {
      assertThat(found.latents().get(i)).as("section %d", i).isEqualTo(expected.latents().get(i));
    }
  }

  /** A step in three parts has the bits of a whole one, on the processor. */
  @ParameterizedTest
  @ValueSource(strings = {"teacache:0", "magcache:0,5,0", "fbcache:0", "magcache:calibrate"})
  void aThresholdOfZeroGivesTheBitsOfNoCache(String cache) {
    Run plain = run(engine, request("none"));
    Run found = run(engine, request(cache));
    assertSameBits(found, plain);
    assertThat(found.report().steps().skipped()).isZero();
    assertThat(found.report().steps().passes()).isEqualTo(2 * STEPS);
    assertThat(plain.report().steps().passes()).isEqualTo(2 * STEPS);
    assertThat(plain.report().steps().skipped()).isZero();
  }

  /** A threshold that is always met: all but the steps that must run are left out. */
  @ParameterizedTest
  @CsvSource({"teacache:10, 4", "'magcache:10,100,0', 5", "'magcache:10,2,0', 4", "fbcache:10, 5"})
  void whatIsLeftOutIsCounted(String cache, int skippedOfASection) {
    Run plain = run(engine, request("none"));
    Run found = run(engine, request(cache));
    assertThat(found.report().steps().skipped()).isEqualTo(2 * skippedOfASection);
    assertThat(found.report().steps().passes()).isEqualTo(2 * STEPS);
    assertThat(found.latents().getFirst()).isNotEqualTo(plain.latents().getFirst());
    assertThat(GoldenData.relativeL2(found.latents().getFirst(), plain.latents().getFirst()))
        .as("far from noise")
        .isLessThan(1);
    assertSameBits(run(engine, request(cache)), found);
  }

  @Test
  void guidancePassesAreCachedAndCountedEach() {
    VideoRequest.Builder cfg = request("fbcache:10").trueCfgScale(2).negativePrompt("blurry");
    Run found = run(engine, cfg);
    assertThat(found.report().steps().passes()).isEqualTo(4 * STEPS);
    assertThat(found.report().steps().skipped()).isEqualTo(4 * (STEPS - 1));
    VideoRequest.Builder history =
        request("fbcache:0").history(HistoryPolicy.parse("drop-guidance:2"));
    assertSameBits(
        run(engine, history),
        run(engine, request("none").history(HistoryPolicy.parse("drop-guidance:2"))));
  }

  @Test
  void calibrationMeasuresWhatARunCanBeGiven() {
    RunReport report = run(engine, request("magcache:calibrate")).report();
    List<Double> ratios = report.steps().magnitudeRatios();
    assertThat(ratios).hasSize(STEPS).startsWith(1.0).allMatch(ratio -> ratio > 0 && ratio < 10);
    StepCache.MagCache own = new StepCache.MagCache(0.5, 2, 0, ratios, false);
    Run found = run(engine, request("none").stepCache(own));
    assertThat(found.report().steps().magnitudeRatios()).isEmpty();
    assertThat(StepCache.parse(own.text())).isEqualTo(own);
  }

  @Test
  void theGpuBackendLeavesOutTheSameStepsAndMakesTheSameLatents() {
    try (FramePackEngine emulated =
        FramePack.open(
            EngineConfig.builder()
                .models(TinyVideos.CHECKPOINT)
                .backend(BackendKind.CUDA_EMULATED)
                .precision(Precision.FLOAT32)
                .threads(2)
                .build())) {
      for (String cache : List.of("fbcache:10", "magcache:10,1,0")) {
        VideoRequest.Builder request = request(cache).steps(3).seconds(0.3);
        Run found = run(emulated, request);
        Run expected = run(engine, request);
        assertThat(found.report().steps()).isEqualTo(expected.report().steps());
        assertThat(GoldenData.relativeL2(found.latents().getFirst(), expected.latents().getFirst()))
            .as(cache)
            .isLessThan(GoldenData.TOLERANCE);
      }
    }
  }

  @Test
  void framesWithLevelsOfTheirOwnHaveNoCache() {
    assertThatThrownBy(() -> request("fbcache:1").sampler(SamplerKind.DIFFUSION_FORCING).build())
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("fbcache compares steps of one noise level, sampler diffusion-forc");
  }
}
