package dev.framepack.engine.history;

/**
 * How noisy a pass of the network sees the context: {@code fixed + scale * sigma}, with sigma the
 * level of the frames being denoised; {@code (1 - level) x + level eps}.
 *
 * @param fixed 0-1
 * @param scale 0-1
 * @param told whether context tokens have that timestep; otherwise they have the timestep of the
 *     frames being denoised, as the released checkpoints were trained
 */
public record HistoryLevel(double fixed, double scale, boolean told) {

  /** As generated, under the one timestep of the step. */
  public static final HistoryLevel CLEAN = new HistoryLevel(0, 0, false);

  /** Pure noise under its own timestep: history that tells nothing. */
  public static final HistoryLevel EMPTY = own(1);

  /** A fixed level under its own timestep. */
  public static HistoryLevel own(double level) {
    return new HistoryLevel(level, 0, true);
  }

  /** The noise level of the context. */
  public double at(double sigma) {
    return Math.min(1, fixed + scale * sigma);
  }

  /** Whether there is noise at any sigma. */
  public boolean isNoisy() {
    return fixed > 0 || scale > 0;
  }
}
