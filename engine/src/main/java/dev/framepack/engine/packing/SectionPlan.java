package dev.framepack.engine.packing;

/**
 * One section: the frame index of every latent frame the transformer sees, in the order it is
 * packed, and the section's place in the run (spec section 4).
 *
 * @param number 0-based, in order of generation
 * @param sections how many there are
 * @param padding blank sections between this one and the start image (inverted), 0 for forward
 *     plans
 * @param latentIndices of the frames being denoised, W of them
 * @param cleanIndices of the start frame and the nearest history frame
 * @param history2xIndices of the 2 frames packed at 2x
 * @param history4xIndices of the 16 frames packed at 4x
 */
public record SectionPlan(
    int number,
    int sections,
    int padding,
    int[] latentIndices,
    int[] cleanIndices,
    int[] history2xIndices,
    int[] history4xIndices) {

  /** Latent frames of history packed at 1x, beside the start frame. */
  public static final int HISTORY_1X = 1;

  /** Latent frames of history packed at 2x. */
  public static final int HISTORY_2X = 2;

  /** Latent frames of history packed at 4x. */
  public static final int HISTORY_4X = 16;

  /** All latent frames of history. */
  public static final int HISTORY = HISTORY_1X + HISTORY_2X + HISTORY_4X;

  public boolean isFirst() {
    return number == 0;
  }

  public boolean isLast() {
    return number == sections - 1;
  }

  /** W, the latent frames being denoised. */
  public int latentFrames() {
    return latentIndices.length;
  }
}
