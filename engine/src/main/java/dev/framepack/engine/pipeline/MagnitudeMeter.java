package dev.framepack.engine.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * How the magnitude of the blocks' residual changes from step to step: the mean over all tokens of
 * the ratio of their norms (MagCache, arXiv 2506.09045). On the host, because it is only measured
 * to calibrate.
 */
final class MagnitudeMeter {
  private static final double NO_DIVISION_BY_ZERO = 1e-8;

  private final int width;
  private double @Nullable [] before;

  MagnitudeMeter(int width) {
    this.width = width;
  }

  /** A section begins. */
  void begin() {
    before = null;
  }

  /**
   * The ratio to the step before; 1 at the first.
   *
   * @param residual {@code [tokens, D]}
   */
  double ratio(float[] residual) {
    double[] norms = new double[residual.length / width]; // [tokens]
    for (int token = 0; token < norms.length; token++) {
      double squares = 0;
      for (int i = token * width; i < (token + 1) * width; i++) {
        squares += (double) residual[i] * residual[i];
      }
      norms[token] = Math.sqrt(squares);
    }
    double[] earlier = before;
    before = norms;
    if (earlier == null) {
      return 1;
    }
    double sum = 0;
    for (int token = 0; token < norms.length; token++) {
      sum += norms[token] / (earlier[token] + NO_DIVISION_BY_ZERO);
    }
    return sum / norms.length;
  }
}
