package dev.framepack.engine.history;

/**
 * How noisy a pass of the network sees the context: {@code fixed + scale * sigma}, with sigma the
 * level of the frames being denoised; {@code (1 - level) x + level eps}.
 *
 * @param fixed 0-1
 * @param scale 0-1
 * @param told whether context tokens have that timestep; otherwise they have the one timestep of
 *     the step, as the released checkpoints were trained, or 0 where frames have their own
 * @param dropped whether there is zero in the context's place, as in front of the first section
 */
public record HistoryLevel(double fixed, double scale, boolean told, boolean dropped) {

  /** As generated, under the one timestep of the step. */
  public static final HistoryLevel CLEAN = new HistoryLevel(0, 0, false, false);

  /** Pure noise under its own timestep: history that tells nothing. */
  public static final HistoryLevel EMPTY = own(1);

  /** No context at all, under the one timestep of the step. */
  public static final HistoryLevel DROPPED = new HistoryLevel(0, 0, false, true);

  /** A fixed level under its own timestep. */
  public static HistoryLevel own(double level) {
    return new HistoryLevel(level, 0, true, false);
  }

  /** The noise level of the context. */
  public double at(double sigma) {
    return Math.min(1, fixed + scale * sigma);
  }

  /** What context tokens are told where tokens have timesteps of their own. */
  public double toldAt(double sigma) {
    return told ? at(sigma) : 0;
  }

  /** Factor on the context itself. */
  public double signalAt(double sigma) {
    return dropped ? 0 : 1 - at(sigma);
  }

  /** Whether the context is anything but what was generated, at any sigma. */
  public boolean isChanged() {
    return fixed > 0 || scale > 0 || dropped;
  }
}
