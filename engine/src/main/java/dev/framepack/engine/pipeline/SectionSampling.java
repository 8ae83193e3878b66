package dev.framepack.engine.pipeline;

import dev.framepack.engine.packing.LatentVideo;
import dev.framepack.engine.packing.SectionPlan;
import dev.framepack.engine.random.TorchRandom;
import java.util.List;
import java.util.function.Supplier;

/**
 * How the frames of a window get from noise to latents. All noise levels are known before the first
 * section, because what the network reads of timesteps is computed once per video.
 */
interface SectionSampling extends AutoCloseable {

  /** Sees evaluations come and go. */
  interface StepObserver {
    /** Before an evaluation; may throw to stop. */
    void before(int step);

    /** After it, with the sampler's state on demand. */
    void after(int step, Supplier<LatentVideo> state);
  }

  /** Noise levels of all evaluations of a video, equal ones more than once or not. */
  List<NoiseLevels> levels();

  /** Evaluations a plan takes. */
  int evaluations(SectionPlan plan);

  /**
   * Samples a plan's window into {@link LatentStore#section}, its finished frames first.
   *
   * @param denoiser made ready for the plan
   * @param random where the window's noise comes from
   */
  void sample(
      SectionPlan plan,
      SectionDenoiser denoiser,
      LatentStore latents,
      TorchRandom random,
      StepObserver observer);

  /** Takes {@link LatentStore#section} for what {@link #sample} of a plan before left there. */
  default void restore(LatentStore latents) {}

  @Override
  default void close() {}
}
