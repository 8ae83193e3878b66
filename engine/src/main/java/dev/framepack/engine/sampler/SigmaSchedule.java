package dev.framepack.engine.sampler;

import java.util.Arrays;

/**
 * Noise levels of a run, from 1 down to 0: n + 1 sigmas for n steps (spec section 3).
 *
 * @param sigmas descending, the last one 0
 */
public record SigmaSchedule(double[] sigmas) {

  /** Highest mu: exp(mu) is capped at 7. */
  public static final double MAX_MU = Math.log(7);

  private static final double TRAINING_TIMESTEPS = 1000;

  /** The line that gives mu from the number of denoised tokens, through two points. */
  public record ShiftLine(double baseTokens, double baseMu, double maxTokens, double maxMu) {

    /** The published line: mu 0.5 at 256 tokens, 1.15 at 4096. */
    public static final ShiftLine STANDARD = new ShiftLine(256, 0.5, 4096, 1.15);

    /** mu for the denoised tokens of one section, capped at {@link #MAX_MU}. */
    public double mu(long tokens) {
      double slope = (maxMu - baseMu) / (maxTokens - baseTokens);
      return Math.min(baseMu + slope * (tokens - baseTokens), MAX_MU);
    }
  }

  public SigmaSchedule {
    sigmas = sigmas.clone();
  }

  /** {@code exp(mu) / (exp(mu) + (1/t - 1))} for t linear from 1 to 0. */
  public static SigmaSchedule exponentialShift(int steps, double mu) {
    return staticShift(steps, Math.exp(mu));
  }

  /** {@code shift t / (1 + (shift - 1) t)} for t linear from 1 to 0. */
  public static SigmaSchedule staticShift(int steps, double shift) {
    if (steps < 1 || !(shift > 0)) {
      throw new IllegalArgumentException(
          "SigmaSchedule: steps must be >= 1 and shift > 0, found " + steps + " and " + shift);
    }
    double[] sigmas = new double[steps + 1];
    for (int i = 0; i < steps; i++) {
      double t = 1 - (double) i / steps;
      sigmas[i] = shift * t / (1 + (shift - 1) * t);
    }
    return new SigmaSchedule(sigmas);
  }

  /** Number of model evaluations. */
  public int steps() {
    return sigmas.length - 1;
  }

  public double sigma(int step) {
    return sigmas[step];
  }

  /** What the network is told, for each model evaluation. */
  public float[] timesteps() {
    float[] timesteps = new float[steps()];
    for (int i = 0; i < timesteps.length; i++) {
      timesteps[i] = timestep(sigmas[i]);
    }
    return timesteps;
  }

  /** What the network is told of a sigma: times 1000. */
  public static float timestep(double sigma) {
    return (float) (sigma * TRAINING_TIMESTEPS);
  }

  @Override
  public double[] sigmas() {
    return sigmas.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SigmaSchedule that && Arrays.equals(sigmas, that.sigmas);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sigmas);
  }

  @Override
  public String toString() {
    return "SigmaSchedule" + Arrays.toString(sigmas);
  }
}
