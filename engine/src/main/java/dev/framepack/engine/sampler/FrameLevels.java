package dev.framepack.engine.sampler;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Noise levels of every frame of a window: one row before each model evaluation and one after the
 * last. A frame whose level does not change in a step is left as it is.
 *
 * @param sigmas {@code [evaluations + 1][frames]}, never rising along a column
 */
@SuppressWarnings("ArrayRecordComponent") // copied on the way in and out
public record FrameLevels(double[][] sigmas) {

  public FrameLevels {
    if (sigmas.length < 2) {
      throw new IllegalArgumentException(
          "FrameLevels: needs two rows or more, found " + sigmas.length);
    }
    sigmas = copy(sigmas);
  }

  /** Model evaluations. */
  public int evaluations() {
    return sigmas.length - 1;
  }

  /** Frames of the window. */
  public int frames() {
    return sigmas[0].length;
  }

  /** Levels before an evaluation, or after the last. */
  public double[] row(int evaluation) {
    return sigmas[evaluation].clone();
  }

  /**
   * The level of the schedule that is nearest to the mean of a row: what stands for a whole window
   * must be one of few.
   */
  public double nearestToMean(int evaluation) {
    double mean = Arrays.stream(sigmas[evaluation]).average().orElseThrow();
    return Arrays.stream(sigmas)
        .flatMapToDouble(Arrays::stream)
        .boxed()
        .min(Comparator.comparingDouble(level -> Math.abs(level - mean)))
        .orElseThrow();
  }

  @Override
  public double[][] sigmas() {
    return copy(sigmas);
  }

  private static double[][] copy(double[][] rows) {
    return Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new);
  }
}
