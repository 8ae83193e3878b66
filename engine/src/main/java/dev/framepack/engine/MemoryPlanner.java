package dev.framepack.engine;

import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.pipeline.FramePackPipeline;
import dev.framepack.engine.pipeline.ModelParts;
import dev.framepack.engine.pipeline.ModelSet;
import dev.framepack.engine.pipeline.RgbFrames;
import dev.framepack.engine.pipeline.WeightPlacement;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.plan.MemoryPlanning;
import java.util.OptionalLong;

/**
 * Finds out what a request takes by running the pipeline on a backend that counts memory and
 * computes nothing, so that no second account of the memory has to be kept.
 *
 * @param limitBytes of device memory; empty for backends on the host
 */
record MemoryPlanner(ModelSet models, Backend backend, OptionalLong limitBytes) {
  /** Below this share of the limit the weights are resident without a closer look. */
  private static final double SURELY_RESIDENT = 0.5;

  private static final int USUAL_SIDE = 640;

  static MemoryPlanner of(ModelSet models, Backend backend, EngineConfig config) {
    OptionalLong device = backend.deviceBytes();
    OptionalLong asked = config.deviceMemoryBytes();
    if (asked.isPresent() && device.isEmpty()) {
      throw new InvalidRequestException(
          "CONFIG_DEVICE_MEMORY",
          "backend %s has no device memory to limit".formatted(backend.name()),
          "leave the limit out, or choose a GPU backend",
          null);
    }
    OptionalLong limit =
        asked.isPresent() && asked.getAsLong() < device.getAsLong() ? asked : device;
    return new MemoryPlanner(models, backend, limit);
  }

  /** What a request takes with the weights placed so. */
  MemoryForecast forecast(VideoRequest request, WeightPlacement placement) {
    try (MemoryPlanning planning = backend.planning();
        ModelParts parts = ModelParts.reserve(models, planning.backend(), placement)) {
      Backend paper = planning.backend();
      new FramePackPipeline(parts)
          .plan(
              request,
              new ProgressReporter(request, new GenerationListener() {}, paper),
              (start, finished) ->
                  RgbFrames.images(paper, finished, RgbFrames.rounding(request.profile())));
      boolean onDevice = backend.deviceBytes().isPresent();
      return new MemoryForecast(
          onDevice,
          planning.memory().peakBytes(),
          placement.deviceBytes(),
          placement.streamedBytes(),
          limitBytes);
    }
  }

  /** Weights resident as far as a video of the usual size leaves room for them. */
  WeightPlacement placement() {
    WeightPlacement resident = WeightPlacement.resident(models);
    if (limitBytes.isEmpty()
        || resident.deviceBytes() <= SURELY_RESIDENT * limitBytes.getAsLong()) {
      return resident;
    }
    WeightPlacement streamed = WeightPlacement.streamed(models);
    long others = forecast(usualRequest(), streamed).peakBytes() - streamed.deviceBytes();
    return WeightPlacement.within(models, limitBytes.getAsLong() - others);
  }

  private static VideoRequest usualRequest() {
    byte[] grey = new byte[USUAL_SIDE * USUAL_SIDE * Rgb8Image.CHANNELS];
    return VideoRequest.builder()
        .image(Rgb8Image.wrap(USUAL_SIDE, USUAL_SIDE, grey))
        .prompt("a video")
        .vaeTiling(true)
        .build();
  }
}
