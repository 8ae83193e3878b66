package dev.framepack.engine.sampler.cache;

/**
 * MagCache's decision (Ma et al., arXiv 2506.09045): skipping multiplies the ratios of the skipped
 * steps into what the residual should have become; its distance from 1 is the error of a step, and
 * the sum of errors must stay within the threshold.
 */
final class MagCacheDecision implements SkipDecision {
  private final StepCache.MagCache cache;
  private final double[] ratios;
  private final int retained;
  private double ratio = 1;
  private double error;
  private int skipped;

  /**
   * @param ratios one for each step of the section
   */
  MagCacheDecision(StepCache.MagCache cache, double[] ratios) {
    this.cache = cache;
    this.ratios = ratios.clone();
    this.retained = Math.max(1, (int) (cache.retention() * ratios.length + 0.5));
  }

  @Override
  public boolean mustCompute(int step, double change) {
    if (cache.calibrates() || cache.threshold() == 0 || step < retained) {
      return true;
    }
    ratio *= ratios[step];
    error += Math.abs(1 - ratio);
    skipped++;
    if (error <= cache.threshold() && skipped <= cache.maxSkip()) {
      return false;
    }
    ratio = 1;
    error = 0;
    skipped = 0;
    return true;
  }
}
