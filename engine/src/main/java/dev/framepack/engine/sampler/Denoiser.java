package dev.framepack.engine.sampler;

/**
 * The network as a sampler sees it, guidance included.
 *
 * @param <T> a handle to latents
 */
@FunctionalInterface
public interface Denoiser<T> {

  /**
   * Writes the velocity at x.
   *
   * @param step 0-based model evaluation
   * @param x noisy latents at {@code sigma_step}, not to be changed
   * @param velocity where the prediction goes
   */
  void velocity(int step, T x, T velocity);
}
