package dev.framepack.engine.sampler.cache;

/**
 * TeaCache's decision when to skip the transformer's blocks (Liu et al., arXiv 2411.19108; spec
 * section 3): a polynomial of the relative L1 change of the modulated input is accumulated; while
 * the sum stays below the threshold the last residual is reused. State of one section and one
 * guidance branch.
 */
final class TeaCacheDecision implements SkipDecision {
  /** Highest power first. */
  private static final double[] POLYNOMIAL = {
    733.226126, -401.131952, 67.5869174, -3.149879, 0.0961237896
  };

  private final double threshold;
  private final int steps;
  private double accumulated;

  /**
   * @param threshold accumulated change at which blocks run again: 0.15 by default, 0.1
   *     conservative
   * @param steps model evaluations of the section; the first and the last always run
   */
  TeaCacheDecision(double threshold, int steps) {
    this.threshold = threshold;
    this.steps = steps;
  }

  @Override
  public boolean mustCompute(int step, double relativeL1) {
    if (step == 0 || step == steps - 1) {
      accumulated = 0;
      return true;
    }
    double change = 0;
    for (double coefficient : POLYNOMIAL) {
      change = change * relativeL1 + coefficient;
    }
    accumulated += change;
    if (threshold > 0 && accumulated < threshold) {
      return false;
    }
    accumulated = 0;
    return true;
  }
}
