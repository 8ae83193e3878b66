package dev.framepack.engine;

import dev.framepack.engine.GenerationPlan.SectionCost;
import dev.framepack.engine.GenerationProgress.Phase;
import dev.framepack.engine.image.ImageSize;
import dev.framepack.engine.packing.DecodeWindow;
import dev.framepack.engine.packing.LatentVideo;
import dev.framepack.engine.packing.PatchKernel;
import dev.framepack.engine.packing.SectionPlan;
import dev.framepack.engine.pipeline.PipelineObserver;
import dev.framepack.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Notes what sections of a planned run cost, and passes on what takes memory when one is watched.
 */
final class PlanObserver implements PipelineObserver {
  private static final int PIXELS_PER_LATENT = 8;

  private final PipelineObserver watching;
  private final int latentHeight;
  private final int latentWidth;
  private final List<SectionCost> sections = new ArrayList<>();
  private @Nullable SectionPlan plan;

  PlanObserver(PipelineObserver watching, ImageSize size) {
    this.watching = watching;
    this.latentHeight = size.height() / PIXELS_PER_LATENT;
    this.latentWidth = size.width() / PIXELS_PER_LATENT;
  }

  /** In order of generation. */
  List<SectionCost> sections() {
    return sections;
  }

  @Override
  public void onPhase(Phase phase, int section) {
    watching.onPhase(phase, section);
  }

  @Override
  public void onSection(SectionPlan begun) {
    plan = begun;
    watching.onSection(begun);
  }

  @Override
  public void onEvaluations(int evaluations) {
    SectionPlan begun = plan;
    if (begun != null) {
      long generated = PatchKernel.FULL.tokens(begun.latentFrames(), latentHeight, latentWidth);
      sections.add(
          new SectionCost(
              begun.sectionInTime(),
              evaluations,
              begun.tokens(latentHeight, latentWidth) - generated,
              generated));
    }
    watching.onEvaluations(evaluations);
  }

  @Override
  public void beforeStep(SectionPlan begun, int step) {
    watching.beforeStep(begun, step);
  }

  @Override
  public void afterStep(SectionPlan begun, int step, Supplier<LatentVideo> state) {
    watching.afterStep(begun, step, state);
  }

  @Override
  public void onSectionPixels(DecodeWindow window, Tensor pixels) {
    watching.onSectionPixels(window, pixels);
  }
}
