package dev.framepack.engine.sampler;

import java.util.List;

/**
 * The little a sampler needs from latents, wherever they live: memory for a few of them, and linear
 * combinations.
 *
 * @param <T> a handle to latents of one fixed shape
 */
public interface LatentAlgebra<T> {

  /**
   * Memory for one more latent of the run's shape, its content undefined. Called before the first
   * step only.
   */
  T allocate();

  /** {@code target = sum_i coefficients[i] terms[i]}; the target may be one of the terms. */
  void combine(T target, double[] coefficients, List<T> terms);
}
