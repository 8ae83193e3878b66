package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.history.HistoryCodebook;
import dev.framepack.engine.history.HistoryPolicy;
import dev.framepack.engine.packing.PackingNotation;
import dev.framepack.engine.packing.SectionOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole videos under every packing, order, sampler and history policy. */
final class HistoryRunTest {
  private static final int WINDOW = 2;
  private static FramePackEngine engine;

  @TempDir Path folder;

  @BeforeAll
  static void open() {
    engine = TinyVideos.open(2);
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  /** Forward, three sections of two latent frames, three steps. */
  private static VideoRequest.Builder request() {
    return TinyVideos.request()
        .latentWindow(WINDOW)
        .seconds(0.8)
        .steps(3)
        .seed(11)
        .sampling(Sampling.F1);
  }

  private static List<float[]> latents(VideoRequest.Builder request) {
    List<float[]> latents = TinyVideos.latents(engine, request.build());
    latents.forEach(section -> {
      for (float value : section) {
        assertThat(value).isFinite();
      }
    });
    return latents;
  }

  private static VideoRequest.Builder history(String policy) {
    return request().history(HistoryPolicy.parse(policy));
  }

  private static void assertSame(List<float[]> found, List<float[]> expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(found.get(i)).as("section %d", i).isEqualTo(expected.get(i));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "noise:0.3",
        "noise:0",
        "augment:0.3",
        "guidance:2",
        "guidance:2,0.4",
        "drop-guidance:2",
        "renorm:1",
        "causal",
        "repeat-i2v",
        "noise:0.2+renorm:0.5+causal"
      })
  void everyPolicyChangesTheVideoAndRepeatsItself(String policy) {
    List<float[]> clean = latents(request());
    List<float[]> found = latents(history(policy));
    assertThat(found).hasSize(3);
    assertThat(found.get(2)).isNotEqualTo(clean.get(2));
    assertSame(latents(history(policy)), found);
  }

  @Test
  void whatAsksForNothingChangesNothing() {
    List<float[]> clean = latents(request());
    assertSame(latents(history("renorm:0")), clean);
    assertSame(latents(history("augment:0")), clean);
    assertSame(latents(history("anchor")), clean);
    // History guidance of weight 1 is the plain prediction under its own timesteps.
    assertSame(latents(history("guidance:1")), latents(history("noise:0")));
    assertSame(latents(history("drop-guidance:1")), clean);
    assertSame(latents(history("guidance:1,0.5")), latents(history("noise:0")));
  }

  @Test
  void theFirstSectionOfARenormalisedVideoIsTheOrdinaryOne() {
    List<float[]> clean = latents(request());
    List<float[]> found = latents(history("renorm:1"));
    assertThat(found.getFirst()).isEqualTo(clean.getFirst());
    // The second sees the first alone, which has the reference's statistics by definition.
    assertThat(GoldenData.relativeL2(found.get(1), clean.get(1))).isLessThan(1e-4);
    assertThat(GoldenData.relativeL2(found.get(2), clean.get(2))).isGreaterThan(1e-4);
  }

  /** One codeword of zeros in every place is no history at all. */
  @Test
  void aCodebookOfOneWordForgetsWhatHistoryShows() throws IOException {
    Path one = folder.resolve("k1.safetensors");
    new HistoryCodebook(16, new float[16]).write(one);
    assertSame(latents(history("codebook:" + one)), latents(history("drop-guidance:0")));
    assertThatThrownBy(() ->
            request()
                .sampling(Sampling.F1.withPacking(PackingNotation.parse("td_f2k2f1k1_g2+D")))
                .build())
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("discretises history, give history codebook:FILE");
  }

  @Test
  void repeatedImageToVideoForgetsAllButTheLastFrame() {
    List<float[]> found = latents(history("repeat-i2v"));
    List<float[]> first = latents(request());
    assertThat(found.getFirst()).isEqualTo(first.getFirst());
    assertThat(found.get(1)).isNotEqualTo(first.get(1));
  }

  @Test
  void classifierFreeGuidanceMayGiveItsPassesTwoLevels() {
    VideoRequest.Builder cfg = request().trueCfgScale(2).negativePrompt("blurry");
    List<float[]> same = latents(cfg.history(HistoryPolicy.parse("cfg-noise:0,0")));
    List<float[]> different = latents(cfg.history(HistoryPolicy.parse("cfg-noise:0,0.6")));
    assertThat(different.getFirst()).isNotEqualTo(same.getFirst());
  }

  @ParameterizedTest
  @CsvSource({
    "vanilla,",
    "endpoint,",
    "planned,",
    "inverted,",
    "custom,td_f2k1f1k1_g2",
    "custom,f1k1_td_f2k1_g2",
    "custom,ta_f4k2f1k1_g2",
    "custom,tc_f4k2f1k1_g2",
    "custom,td_f8k8f4k4f2k2f1k1_g2",
    "custom,td_f4s2f1k1_g2",
    "custom,tc_f1k1_g2_f1k1_tc"
  })
  void everyPackingMakesAWholeVideo(String name, String packing) {
    Sampling sampling =
        packing == null
            ? Sampling.named(name)
            : Sampling.of(PackingNotation.parse(packing)).withInitialisedKernels();
    VideoRequest request = request().seconds(1.3).sampling(sampling).build();
    assertThat(request.sections()).isEqualTo(5);
    try (VideoResult video = engine.generate(request, GenerationListener.NONE)) {
      assertThat(video.frameCount()).isEqualTo(41);
      List<Integer> seen = new ArrayList<>();
      video.forEachFrame(frame -> seen.add(frame.width()));
      assertThat(seen).hasSize(41);
    }
  }

  @Test
  void anOrderTheUserGivesIsAPresetWrittenOut() {
    VideoRequest.Builder inverted = request().sampling(Sampling.INVERTED);
    List<float[]> expected = latents(inverted);
    Sampling spelled =
        Sampling.F1
            .withPacking(PackingNotation.parse("f1k1_x_g2_f1k1f2k2f16k4_td"))
            .withOrder(SectionOrder.parse("2,1,0"));
    assertSame(latents(request().sampling(spelled)), expected);
  }

  @Test
  void kernelsWithoutWeightsAreRefusedByName() {
    VideoRequest request =
        request()
            .sampling(Sampling.F1.withPacking(PackingNotation.parse("td_f4k8f1k1_g2")))
            .build();
    assertThatThrownBy(() -> engine.generate(request, GenerationListener.NONE))
        .isInstanceOf(ModelMismatchException.class)
        .hasMessageStartingWith(
            "KERNEL_UNTRAINED: packing td_f4k8f1k1_g2 needs k8, the transformer")
        .hasMessageContaining("--initialise-kernels");
  }

  @Test
  void framesMayHaveNoiseLevelsOfTheirOwn() {
    List<float[]> euler = latents(request().sampler(SamplerKind.EULER));
    List<float[]> together =
        latents(request().sampler(SamplerKind.DIFFUSION_FORCING).uncertainty(0));
    List<float[]> pyramid =
        latents(request().sampler(SamplerKind.DIFFUSION_FORCING).uncertainty(1));
    assertThat(pyramid.getFirst()).isNotEqualTo(together.getFirst());
    // All frames at one level with clean history told so: Euler whose history is told its level.
    assertSame(together, latents(history("noise:0").sampler(SamplerKind.EULER)));
    assertThat(together.getFirst()).isNotEqualTo(euler.getFirst());
  }

  /** A window of one frame that moves by one frame is Diffusion Forcing's section of one frame. */
  @Test
  void aRollingWindowOfOneFrameIsASectionOfOneFrame() {
    VideoRequest.Builder one = request().latentWindow(1).seconds(0.5).steps(3);
    List<float[]> rolling = latents(one.sampler(SamplerKind.ROLLING_DIFFUSION));
    assertThat(rolling).hasSize(4);
    assertSame(rolling, latents(one.sampler(SamplerKind.DIFFUSION_FORCING)));
  }

  @Test
  void aRollingWindowMakesOneFrameAfterTheOther() {
    VideoRequest.Builder rolling = request().sampler(SamplerKind.ROLLING_DIFFUSION);
    List<float[]> frames = latents(rolling);
    assertThat(frames).hasSize(3 * WINDOW);
    assertThat(frames.get(1)).isNotEqualTo(frames.get(0));
    try (VideoResult video = engine.generate(rolling.build(), GenerationListener.NONE)) {
      assertThat(video.frameCount()).isEqualTo(25);
    }
  }

  @Test
  void progressCountsTheEvaluationsThereAre() {
    for (SamplerKind kind : List.of(SamplerKind.DIFFUSION_FORCING, SamplerKind.ROLLING_DIFFUSION)) {
      List<GenerationProgress> seen = new ArrayList<>();
      GenerationListener listener =
          new GenerationListener() {
            @Override
            public void onProgress(GenerationProgress progress) {
              seen.add(progress);
            }
          };
      engine.generate(request().steps(4).sampler(kind).build(), listener).close();
      assertThat(seen)
          .allSatisfy(progress -> {
            assertThat(progress.step()).isLessThanOrEqualTo(progress.steps());
            assertThat(progress.remaining().isNegative()).isFalse();
          });
      assertThat(seen.stream().filter(p -> p.step() == p.steps()).map(GenerationProgress::section))
          .as(kind.id())
          .contains(0, 1, 2);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "repeat-i2v | inverted | unipc-bh1         | history repeat-i2v goes forward",
        "clean      | inverted | rolling-diffusion | sampler rolling-diffusion moves forward",
        "repeat-i2v | f1       | rolling-diffusion | has no sections to start again from",
        "renorm:1   | f1       | rolling-diffusion | history renorm compares sections",
        "cfg-noise:0,1 | f1    | unipc-bh1         | gives a second pass its own level, there is none"
      })
  void whatDoesNotGoTogetherIsRefusedWithTheReason(
      String policy, String sampling, String sampler, String reason) {
    SamplerKind kind =
        List.of(SamplerKind.values()).stream()
            .filter(k -> k.id().equals(sampler))
            .findFirst()
            .orElseThrow();
    assertThatThrownBy(
            () -> history(policy).sampling(Sampling.named(sampling)).sampler(kind).build())
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(reason);
  }

  /** The kernels of the GPU backend on the emulator compute the same. */
  @ParameterizedTest
  @ValueSource(strings = {"noise:0.3+causal", "guidance:2,0.4"})
  void theGpuBackendMakesTheSameLatents(String policy) {
    VideoRequest request = history(policy).seconds(0.3).steps(2).build();
    List<float[]> expected = TinyVideos.latents(engine, request);
    try (FramePackEngine emulated =
        FramePack.open(
            EngineConfig.builder()
                .models(TinyVideos.CHECKPOINT)
                .backend(BackendKind.CUDA_EMULATED)
                .precision(Precision.FLOAT32)
                .threads(2)
                .build())) {
      List<float[]> found = TinyVideos.latents(emulated, request);
      for (int i = 0; i < expected.size(); i++) {
        assertThat(GoldenData.relativeL2(found.get(i), expected.get(i)))
            .isLessThan(GoldenData.TOLERANCE);
      }
    }
  }
}
