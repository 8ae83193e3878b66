package dev.framepack.engine.pipeline;

import dev.framepack.engine.GenerationProgress.Phase;
import dev.framepack.engine.packing.DecodeWindow;
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

  /** A plan begins: a section, or one frame of a rolling window. */
  default void onSection(SectionPlan plan) {}

  /** How many model evaluations the section of the next phase takes; steps count up to it. */
  default void onEvaluations(int evaluations) {}

  /** Before a model evaluation; the place to stop a run. */
  default void beforeStep(SectionPlan plan, int step) {}

  /** After a model evaluation: the sampler's state, made on demand. */
  default void afterStep(SectionPlan plan, int step, Supplier<LatentVideo> state) {}

  /** The latents a plan has finished, before the start latent joins them. */
  default void onSectionLatents(SectionPlan plan, Supplier<LatentVideo> latents) {}

  /**
   * A window is decoded, before it is joined to its neighbour.
   *
   * @param pixels {@code [1, 3, frames, H, W]} around -1..1, in the backend's memory; valid during
   *     the call only
   */
  default void onSectionPixels(DecodeWindow window, Tensor pixels) {}
}
