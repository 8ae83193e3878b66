package dev.framepack.engine.sampler;

/**
 * Rolling Diffusion's window (arXiv 2402.09470): frame w of W is at local time {@code t_w = (w + t)
 * / W} while t goes from 1 to 0; at 0 the first frame is clean and leaves, the others move up, and
 * noise comes in at the end.
 *
 * @param schedule levels by local time: W times {@code substeps} of them, from 1 to 0
 * @param frames W
 * @param substeps model evaluations while the window moves by one frame
 */
public record RollingDiffusion(SigmaSchedule schedule, int frames, int substeps) {

  public RollingDiffusion {
    if (schedule.steps() != frames * substeps) {
      throw new IllegalArgumentException(
          "RollingDiffusion: %s frames of %s substeps need %s steps, found %s"
              .formatted(frames, substeps, frames * substeps, schedule.steps()));
    }
  }

  /** Evaluations per frame so that a section of {@code frames} takes about {@code steps}. */
  public static int substeps(int steps, int frames) {
    return Math.max(1, (int) Math.rint((double) steps / frames));
  }

  /** From noise alone to the first clean frame: {@code t_w = clip(w / W + t, 0, 1)}. */
  public FrameLevels start() {
    return levels(frames * substeps);
  }

  /** From a window that just moved to its next clean frame. */
  public FrameLevels move() {
    return levels(substeps);
  }

  /** Local times w substeps + m, in units of a substep, for m from {@code evaluations} to 0. */
  private FrameLevels levels(int evaluations) {
    double[][] sigmas = new double[evaluations + 1][frames];
    for (int row = 0; row <= evaluations; row++) {
      for (int w = 0; w < frames; w++) {
        int time = Math.min(w * substeps + evaluations - row, schedule.steps());
        sigmas[row][w] = schedule.sigma(schedule.steps() - time);
      }
    }
    return new FrameLevels(sigmas);
  }
}
