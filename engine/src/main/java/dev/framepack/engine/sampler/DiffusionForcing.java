package dev.framepack.engine.sampler;

/**
 * Diffusion Forcing's scheduling matrix (arXiv 2407.01392, algorithms/diffusion_forcing): {@code
 * K[m, t] = clip(N + int(t u) - m, 0, N)} is the level of frame t before step m: N is noise, 0 is
 * clean.
 */
public final class DiffusionForcing {
  private DiffusionForcing() {}

  /**
   * The levels of a section.
   *
   * @param schedule the N + 1 levels a frame goes through
   * @param frames of the section
   * @param uncertainty u, steps by which a frame lags behind the one before it: 0 denoises all
   *     together, N one after the other
   */
  public static FrameLevels matrix(SigmaSchedule schedule, int frames, double uncertainty) {
    int steps = schedule.steps();
    int rows = steps + (int) ((frames - 1) * uncertainty) + 1;
    double[][] sigmas = new double[rows][frames];
    for (int m = 0; m < rows; m++) {
      for (int t = 0; t < frames; t++) {
        int level = Math.clamp(steps + (long) (int) (t * uncertainty) - m, 0, steps);
        sigmas[m][t] = schedule.sigma(steps - level);
      }
    }
    return new FrameLevels(sigmas);
  }
}
