package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.history.HistoryPolicy;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.packing.PackingNotation;
import dev.framepack.engine.pipeline.FramePackPipeline;
import dev.framepack.engine.pipeline.ModelParts;
import dev.framepack.engine.pipeline.ModelSet;
import dev.framepack.engine.pipeline.RgbFrames;
import dev.framepack.engine.pipeline.WeightPlacement;
import dev.framepack.engine.sampler.cache.StepCache;
import dev.framepack.engine.timeline.ClipExtension;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.cpu.vector.VectorBackend;
import dev.framepack.kernels.emulator.EmulatedDevice;
import dev.framepack.kernels.emulator.EmulatorOptions;
import dev.framepack.kernels.fault.Faults;
import dev.framepack.kernels.fault.FaultyBackend;
import dev.framepack.kernels.gpu.GpuBackend;
import dev.framepack.weights.ModelFolders;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is foretold of a request's memory is what it takes. */
final class MemoryPlannerTest {
  private static final Path CHECKPOINT = GoldenData.path("pipeline/checkpoint");
  private static final ModelFolders FOLDERS = ModelFolders.resolve(CHECKPOINT);

  private static VideoRequest request() {
    return VideoRequest.builder()
        .image(Rgb8Image.read(GoldenData.path("pipeline/framepack_f1/image.png")))
        .prompt("a square moves")
        .size(32, 32)
        .seconds(0.1)
        .steps(1)
        .latentWindow(2)
        .seed(1)
        .build();
  }

  /** Runs as an engine does; every finished picture. */
  private static List<Rgb8Image> run(ModelParts parts) {
    return run(parts, request());
  }

  private static List<Rgb8Image> run(ModelParts parts, VideoRequest request) {
    List<Rgb8Image> pictures = new ArrayList<>();
    new FramePackPipeline(parts)
        .run(
            request,
            new ProgressReporter(request, new GenerationListener() {}, parts.backend()),
            (start, finished) ->
                pictures.addAll(
                    RgbFrames.images(
                        parts.backend(), finished, RgbFrames.rounding(request.profile()))));
    return pictures;
  }

  @Test
  void theHostsArenasTakeWhatWasForetold() {
    try (FaultyBackend backend = new FaultyBackend(new VectorBackend(2), new Faults());
        ModelSet models =
            new ModelSet(FOLDERS, List.of(), Precision.FLOAT32, WeightStorage.AUTO, backend)) {
      WeightPlacement resident = WeightPlacement.resident(models);
      MemoryForecast forecast =
          new MemoryPlanner(models, backend, OptionalLong.empty()).forecast(request(), resident);
      try (ModelParts parts = ModelParts.load(models, backend, resident)) {
        assertThat(run(parts)).hasSize(request().outputFrames());
      }
      assertThat(forecast.peakBytes()).isEqualTo(backend.memory().peakBytes());
      assertThat(forecast.weightBytes()).isEqualTo(models.weightBytes());
      assertThat(forecast.onDevice()).isFalse();
      assertThat(forecast.fits()).isTrue();
    }
  }

  @Test
  void quantisedWeightsAndTheirExpansionTakeWhatWasForetold() {
    try (FaultyBackend backend = new FaultyBackend(new VectorBackend(2), new Faults());
        ModelSet plain =
            new ModelSet(FOLDERS, List.of(), Precision.FLOAT32, WeightStorage.AUTO, backend);
        ModelSet models =
            new ModelSet(FOLDERS, List.of(), Precision.FLOAT32, WeightStorage.FP8_E4M3, backend)) {
      WeightPlacement resident = WeightPlacement.resident(models);
      MemoryForecast forecast =
          new MemoryPlanner(models, backend, OptionalLong.empty()).forecast(request(), resident);
      try (ModelParts parts = ModelParts.load(models, backend, resident)) {
        assertThat(run(parts)).hasSize(request().outputFrames());
      }
      assertThat(forecast.peakBytes()).isEqualTo(backend.memory().peakBytes());
      assertThat(forecast.weightBytes()).isLessThan(plain.weightBytes());
    }
  }

  /** Passes, noise, frames with levels of their own, tails and far sections are foretold too. */
  @ParameterizedTest
  @CsvSource({
    "guidance:2;0.4, f1, unipc-bh1",
    "noise:0.3, f1, unipc-bh1",
    "renorm:0.5, f1, unipc-bh1",
    "repeat-i2v, f1, unipc-bh1",
    "clean, f1, diffusion-forcing",
    "clean, f1, rolling-diffusion",
    "clean, endpoint, unipc-bh1",
    "clean, planned, unipc-bh1",
    "clean, ta_f2k4f1k1_g2, unipc-bh1"
  })
  void theHostsArenasTakeWhatWasForetoldUnderEveryPolicy(
      String policy, String sampling, String sampler) {
    VideoRequest request =
        VideoRequest.builder()
            .image(request().image())
            .prompt("a square moves")
            .size(32, 32)
            .seconds(1.3)
            .steps(2)
            .latentWindow(2)
            .history(HistoryPolicy.parse(policy.replace(';', ',')))
            .sampling(
                sampling.contains("_")
                    ? Sampling.of(PackingNotation.parse(sampling))
                    : Sampling.named(sampling))
            .sampler(
                Arrays.stream(SamplerKind.values())
                    .filter(kind -> kind.id().equals(sampler))
                    .findFirst()
                    .orElseThrow())
            .build();
    assertForetold(request);
  }

  private static void assertForetold(VideoRequest request) {
    try (FaultyBackend backend = new FaultyBackend(new VectorBackend(2), new Faults());
        ModelSet models =
            new ModelSet(FOLDERS, List.of(), Precision.FLOAT32, WeightStorage.AUTO, backend)) {
      WeightPlacement resident = WeightPlacement.resident(models);
      MemoryForecast forecast =
          new MemoryPlanner(models, backend, OptionalLong.empty()).forecast(request, resident);
      try (ModelParts parts = ModelParts.load(models, backend, resident)) {
        assertThat(run(parts, request)).hasSize(request.schedule().decodedFrames());
      }
      assertThat(forecast.peakBytes()).isEqualTo(backend.memory().peakBytes());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"teacache:0.15", "magcache:0.1,2,0.25", "fbcache:0.08"})
  void theHostsArenasTakeWhatWasForetoldOfStepCaches(String cache) {
    assertForetold(
        VideoRequest.builder()
            .image(request().image())
            .prompt("a square moves")
            .size(32, 32)
            .seconds(0.5)
            .steps(3)
            .latentWindow(2)
            .trueCfgScale(2)
            .negativePrompt("blurry")
            .stepCache(StepCache.parse(cache))
            .build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"f1", "inverted"})
  void theHostsArenasTakeWhatWasForetoldOfAClip(String sampling) {
    assertForetold(
        VideoRequest.builder()
            .extension(new ClipExtension(Collections.nCopies(30, request().image()), false))
            .prompt("a square moves")
            .size(32, 32)
            .seconds(0.5)
            .steps(2)
            .latentWindow(2)
            .sampling(Sampling.named(sampling))
            .build());
  }

  /** A prompt of other length is another graph; each is taken through the conditioning once. */
  @Test
  void theHostsArenasTakeWhatWasForetoldOfPromptsPerSection() {
    VideoRequest request =
        VideoRequest.builder()
            .image(request().image())
            .prompts("0:a square moves;;;1-3:a red circle, quite a bit longer;;;-1:it stops", 2)
            .size(32, 32)
            .seconds(1.3)
            .steps(2)
            .latentWindow(2)
            .build();
    assertForetold(request);
  }

  @Test
  void aDeviceTakesWhatWasForetoldAndStreamedWeightsMakeTheSamePictures() {
    List<Rgb8Image> resident = onDevice(true);
    assertThat(resident).hasSize(request().outputFrames());
    assertThat(onDevice(false)).isEqualTo(resident);
  }

  private static List<Rgb8Image> onDevice(boolean allResident) {
    EmulatorOptions options = EmulatorOptions.defaults();
    EmulatedDevice device =
        new EmulatedDevice(options.withChecks(false).withWorkers(2, options.instructionLimit()));
    try (Backend backend = new GpuBackend("cuda-emulated", device);
        ModelSet models =
            new ModelSet(FOLDERS, List.of(), Precision.AUTO, WeightStorage.AUTO, backend)) {
      WeightPlacement placement =
          allResident ? WeightPlacement.resident(models) : WeightPlacement.streamed(models);
      MemoryForecast forecast =
          new MemoryPlanner(models, backend, backend.deviceBytes()).forecast(request(), placement);
      List<Rgb8Image> pictures;
      try (ModelParts parts = ModelParts.load(models, backend, placement)) {
        pictures = run(parts);
      }
      assertThat(forecast.peakBytes()).isEqualTo(device.peakBytes());
      assertThat(forecast.streamedBytes() > 0).isEqualTo(!allResident);
      assertThat(forecast.weightBytes()).isLessThan(models.weightBytes() + 1);
      return pictures;
    }
  }

  @Test
  void placementGivesUpWhatIsReadOnceFirstAndStopsAsSoonAsItFits() {
    try (Backend backend = new VectorBackend(1);
        ModelSet models =
            new ModelSet(FOLDERS, List.of(), Precision.BFLOAT16, WeightStorage.AUTO, backend)) {
      long all = WeightPlacement.resident(models).deviceBytes();
      long least = WeightPlacement.streamed(models).deviceBytes();
      assertThat(least).isLessThan(all);
      assertThat(WeightPlacement.within(models, all).streamedBytes()).isZero();
      assertThat(WeightPlacement.within(models, 1).deviceBytes()).isEqualTo(least);
      WeightPlacement some = WeightPlacement.within(models, (all + least) / 2);
      assertThat(some.deviceBytes()).isLessThanOrEqualTo((all + least) / 2);
      assertThat(some.streamedBytes())
          .isPositive()
          .isLessThan(WeightPlacement.streamed(models).streamedBytes());
      assertThat(some.residentBytes() + some.streamedBytes()).isEqualTo(models.weightBytes());
    }
  }

  @Test
  void whatDoesNotFitIsRefusedWithFigures() {
    MemoryForecast forecast =
        new MemoryForecast(
            true, 7_100_000_000L, 4_000_000_000L, 0, OptionalLong.of(6_000_000_000L));
    assertThatThrownBy(forecast::requireFit)
        .isInstanceOf(OutOfDeviceMemoryException.class)
        .hasMessageContainingAll("7.10 GB", "4.00 GB", "limit 6.00 GB", "--device-memory");
    EngineConfig config =
        EngineConfig.builder()
            .models(CHECKPOINT)
            .backend(BackendKind.CPU)
            .deviceMemoryBytes(1)
            .build();
    assertThatThrownBy(() -> FramePack.open(config))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("cpu-vector has no device memory");
  }
}
