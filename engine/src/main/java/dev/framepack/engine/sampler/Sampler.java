package dev.framepack.engine.sampler;

import java.util.function.ObjIntConsumer;

/**
 * Turns noise into latents by a fixed number of evaluations of the network. Stateless and
 * thread-safe.
 */
public interface Sampler {

  /** Stable name as the command line and metadata give it. */
  String name();

  /**
   * Samples one section.
   *
   * @param start noise at sigma 1, overwritten
   * @param afterStep told the state after each model evaluation: for Euler the latents after the
   *     step, for UniPC the corrected latents of that evaluation
   * @return the denoised latents, in memory of the algebra
   */
  <T> T sample(
      SigmaSchedule schedule,
      T start,
      Denoiser<T> model,
      LatentAlgebra<T> algebra,
      ObjIntConsumer<T> afterStep);
}
