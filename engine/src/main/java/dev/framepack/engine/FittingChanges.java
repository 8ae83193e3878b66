package dev.framepack.engine;

import dev.framepack.engine.GenerationPlan.FittingChange;
import dev.framepack.engine.image.ImageSize;
import dev.framepack.engine.pipeline.FramePackPipeline;
import dev.framepack.engine.pipeline.WeightPlacement;
import dev.framepack.engine.sampler.cache.StepCache;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.ToLongFunction;

/** Tries what would make a request fit, by planning it so. */
final class FittingChanges {
  private static final int[] EIGHTHS_OF_THE_SIDE = {7, 6, 5, 4, 3, 2};
  private static final int SIDE_MULTIPLE = 16;

  private final VideoRequest request;
  private final long ownBytes;
  private final long limitBytes;
  private final ToLongFunction<VideoRequest> peakBytes;
  private final List<FittingChange> found = new ArrayList<>();

  private FittingChanges(
      VideoRequest request,
      long ownBytes,
      long limitBytes,
      ToLongFunction<VideoRequest> peakBytes) {
    this.request = request;
    this.ownBytes = ownBytes;
    this.limitBytes = limitBytes;
    this.peakBytes = peakBytes;
  }

  /**
   * Changes of a request that does not fit.
   *
   * @param ownBytes what it takes as it is
   */
  static List<FittingChange> of(
      MemoryPlanner planner,
      VideoRequest request,
      WeightPlacement placement,
      long ownBytes,
      long limitBytes) {
    FittingChanges changes =
        new FittingChanges(
            request, ownBytes, limitBytes, other -> planner.forecast(other, placement).peakBytes());
    changes.search();
    return changes.found;
  }

  private void search() {
    if (!request.vaeTiling()) {
      tryChange("--vae-tiling", request.toBuilder().vaeTiling(true).build());
    }
    if (!request.stepCache().isNone()) {
      tryChange("--step-cache none", request.toBuilder().stepCache(StepCache.NONE).build());
    }
    smallerSize();
    found.add(new FittingChange(MemoryForecast.size(ownBytes) + " of memory", ownBytes));
  }

  private boolean tryChange(String change, VideoRequest changed) {
    long peak = peakBytes.applyAsLong(changed);
    if (peak > limitBytes) {
      return false;
    }
    found.add(new FittingChange(change, peak));
    return true;
  }

  private void smallerSize() {
    ImageSize size = FramePackPipeline.outputSize(request);
    for (int eighths : EIGHTHS_OF_THE_SIDE) {
      OptionalInt height = scaled(size.height(), eighths);
      OptionalInt width = scaled(size.width(), eighths);
      if (height.isPresent() && width.isPresent()) {
        VideoRequest smaller =
            request.toBuilder().size(height.getAsInt(), width.getAsInt()).vaeTiling(true).build();
        if (tryChange(
            "--height %s --width %s --vae-tiling".formatted(height.getAsInt(), width.getAsInt()),
            smaller)) {
          return;
        }
      }
    }
  }

  private static OptionalInt scaled(int side, int eighths) {
    int scaled = side * eighths / 8 / SIDE_MULTIPLE * SIDE_MULTIPLE;
    return scaled < SIDE_MULTIPLE ? OptionalInt.empty() : OptionalInt.of(scaled);
  }
}
