package dev.framepack.engine;

import dev.framepack.engine.GenerationPlan.SectionCost;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.pipeline.FramePackPipeline;
import dev.framepack.engine.pipeline.HostMemory;
import dev.framepack.engine.pipeline.ModelParts;
import dev.framepack.engine.pipeline.ModelSet;
import dev.framepack.engine.pipeline.RgbFrames;
import dev.framepack.engine.pipeline.RunReport;
import dev.framepack.engine.pipeline.WeightPlacement;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.plan.MemoryPlanning;
import java.util.List;
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

  /** A run on paper. */
  private record Planned(MemoryForecast memory, RunReport report, List<SectionCost> sections) {}

  /** What a request takes of memory with the weights placed so. */
  MemoryForecast forecast(VideoRequest request, WeightPlacement placement) {
    return run(request, placement).memory();
  }

  /** All that a request takes with the weights placed so. */
  GenerationPlan plan(VideoRequest request, WeightPlacement placement) {
    Planned planned = run(request, placement);
    MemoryForecast memory = planned.memory();
    long hostBytes =
        (memory.onDevice() ? memory.streamedBytes() : memory.peakBytes())
            + planned.report().hostTableBytes();
    long machineBytes = HostMemory.machineBytes();
    boolean fits = memory.fits() && hostBytes <= machineBytes;
    return new GenerationPlan(
        FramePackPipeline.outputSize(request),
        request.outputFrames(),
        planned.sections(),
        planned.report().steps().passes(),
        memory,
        hostBytes,
        machineBytes,
        fits
            ? List.of()
            : FittingChanges.of(
                this,
                request,
                placement,
                memory.peakBytes(),
                memory.limitBytes().orElse(machineBytes)));
  }

  private Planned run(VideoRequest request, WeightPlacement placement) {
    try (MemoryPlanning planning = backend.planning();
        ModelParts parts = ModelParts.reserve(models, planning.backend(), placement)) {
      Backend paper = planning.backend();
      PlanObserver observer =
          new PlanObserver(
              new ProgressReporter(request, GenerationListener.NONE, paper),
              FramePackPipeline.outputSize(request));
      RunReport report =
          new FramePackPipeline(parts)
              .plan(
                  request,
                  observer,
                  (start, finished) ->
                      RgbFrames.images(paper, finished, RgbFrames.rounding(request.profile())));
      boolean onDevice = backend.deviceBytes().isPresent();
      return new Planned(
          new MemoryForecast(
              onDevice,
              planning.memory().peakBytes(),
              placement.deviceBytes(),
              placement.streamedBytes(),
              limitBytes),
          report,
          observer.sections());
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
