package dev.framepack.engine.pipeline;

import dev.framepack.engine.GenerationProgress.Phase;
import dev.framepack.engine.packing.LatentVideo;
import dev.framepack.engine.packing.SectionPlan;
import dev.framepack.kernels.tensor.Tensor;
import java.util.function.Supplier;

/**
 * Sees everything a run makes, at full precision: progress, checks against reference outputs,
 * previews. Values stay in the backend's memory unless asked for. Called on the thread that runs;
 * what it throws ends the run.
 */
public interface PipelineObserver {

  /** A stage begins; section is 0 before the first. */
  default void onPhase(Phase phase, int section) {}

  /** The scaled latent of the start image. */
  default void onStartLatent(Supplier<LatentVideo> latent) {}

  /** A section begins. */
  default void onSection(SectionPlan plan) {}

  /** Before a model evaluation; the place to stop a run. */
  default void beforeStep(SectionPlan plan, int step) {}

  /** After a model evaluation: the sampler's state, made on demand. */
  default void afterStep(SectionPlan plan, int step, Supplier<LatentVideo> state) {}

  /** The finished latents of a section, before the start latent joins them. */
  default void onSectionLatents(SectionPlan plan, Supplier<LatentVideo> latents) {}

  /**
   * A section is decoded, before it is joined to its neighbour.
   *
   * @param pixels {@code [1, 3, frames, H, W]} around -1..1, in the backend's memory; valid during
   *     the call only
   */
  default void onSectionPixels(SectionPlan plan, Tensor pixels) {}
}
