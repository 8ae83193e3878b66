package dev.framepack.engine.packing;

import org.jspecify.annotations.Nullable;

/**
 * The latent frames generated so far, as far as later sections and decodes still look at them, so
 * that memory does not grow with the video (spec section 4).
 */
public final class LatentHistory {

  /**
   * What a section sees.
   *
   * @param clean the start frame and the nearest history frame
   * @param history2x the next 2 frames
   * @param history4x the next 16 frames
   */
  public record Context(LatentVideo clean, LatentVideo history2x, LatentVideo history4x) {}

  private final SectionOrder order;
  private final int latentWindow;
  private final LatentVideo start;
  private final @Nullable LatentVideo end;
  private LatentVideo generated;
  private int realFrames;

  /**
   * @param start latent of the start image, one frame
   * @param end latent of the end image or null; it stands in for the nearest history frame of the
   *     first inverted section
   */
  public LatentHistory(
      SectionOrder order, int latentWindow, LatentVideo start, @Nullable LatentVideo end) {
    this.order = order;
    this.latentWindow = latentWindow;
    this.start = start;
    this.end = end;
    LatentVideo blank =
        LatentVideo.zeros(start.channels(), SectionPlan.HISTORY, start.height(), start.width());
    this.generated = order == SectionOrder.INVERTED ? blank : blank.then(start);
    this.realFrames = order == SectionOrder.INVERTED ? 0 : 1;
  }

  /** The context of a section, nearest frames uncompressed. */
  public Context context(SectionPlan plan) {
    if (order == SectionOrder.INVERTED) {
      LatentVideo nearest =
          end != null && plan.isFirst() ? end : generated.slice(0, SectionPlan.HISTORY_1X);
      return new Context(
          start.then(nearest),
          generated.slice(SectionPlan.HISTORY_1X, SectionPlan.HISTORY_2X),
          generated.slice(SectionPlan.HISTORY_1X + SectionPlan.HISTORY_2X, SectionPlan.HISTORY_4X));
    }
    int first = generated.frames() - SectionPlan.HISTORY;
    return new Context(
        start.then(generated.slice(generated.frames() - 1, SectionPlan.HISTORY_1X)),
        generated.slice(first + SectionPlan.HISTORY_4X, SectionPlan.HISTORY_2X),
        generated.slice(first, SectionPlan.HISTORY_4X));
  }

  /**
   * Takes in a finished section and gives the latents to decode for it: everything so far for the
   * first one, later on the section with its neighbour, so that the seam can be faded.
   */
  public LatentVideo append(SectionPlan plan, LatentVideo section) {
    int window = 2 * latentWindow;
    LatentVideo decoded;
    if (order == SectionOrder.INVERTED) {
      LatentVideo latents = plan.isLast() ? start.then(section) : section;
      realFrames += latents.frames();
      generated = latents.then(generated);
      int frames = plan.isFirst() ? realFrames : plan.isLast() ? window + 1 : window;
      decoded = generated.slice(0, frames);
      generated = generated.slice(0, Math.min(generated.frames(), keptFrames()));
    } else {
      realFrames += section.frames();
      generated = generated.then(section);
      int frames = plan.isFirst() ? realFrames : window;
      decoded = generated.slice(generated.frames() - frames, frames);
      int kept = Math.min(generated.frames(), keptFrames());
      generated = generated.slice(generated.frames() - kept, kept);
    }
    return decoded;
  }

  private int keptFrames() {
    return Math.max(SectionPlan.HISTORY, 2 * latentWindow + 1);
  }
}
