package dev.framepack.engine.packing;

import java.util.ArrayList;
import java.util.List;

/**
 * Which of the latent frames made so far a section sees, decodes and keeps (spec section 4). Holds
 * frame counts only; the frames lie in the backend's memory. What no later section looks at is
 * dropped, so that memory does not grow with the video.
 */
public final class LatentHistory {

  /** Where latent frames come from. */
  public enum Source {
    /** The start image, one frame. */
    START,
    /** The end image, one frame. */
    END,
    /** The frames kept after the previous section, blank ones before the first. */
    KEPT,
    /** The section just denoised. */
    SECTION
  }

  /** {@code count} frames of a source from {@code start}. */
  public record Run(Source source, int start, int count) {}

  /**
   * What a section sees, each joined in order.
   *
   * @param clean the start frame and the nearest history frame
   * @param history2x the next 2 frames
   * @param history4x the next 16 frames
   */
  public record Context(List<Run> clean, List<Run> history2x, List<Run> history4x) {}

  /**
   * What becomes of a finished section.
   *
   * @param decoded latents to decode for it: everything so far for the first one, later on the
   *     section with its neighbour, so that the seam can be faded
   * @param kept what is KEPT from then on
   */
  public record Update(List<Run> decoded, List<Run> kept) {}

  private static final Run START_FRAME = new Run(Source.START, 0, 1);

  private final SectionOrder order;
  private final int latentWindow;
  private final boolean endImage;
  private int keptFrames;
  private int realFrames;

  /**
   * @param endImage whether there is one; it stands in for the nearest history frame of the first
   *     inverted section
   */
  public LatentHistory(SectionOrder order, int latentWindow, boolean endImage) {
    this.order = order;
    this.latentWindow = latentWindow;
    this.endImage = endImage;
    this.realFrames = order == SectionOrder.INVERTED ? 0 : 1;
    this.keptFrames = SectionPlan.HISTORY + realFrames;
  }

  /** Blank frames that KEPT begins with; for a forward order the start frame follows them. */
  public int blankFrames() {
    return SectionPlan.HISTORY;
  }

  /** Frames of KEPT now. */
  public int keptFrames() {
    return keptFrames;
  }

  /** Most frames KEPT ever holds. */
  public int maxKeptFrames() {
    return Math.max(SectionPlan.HISTORY + 1, 2 * latentWindow + 1);
  }

  /** The context of a section, nearest frames uncompressed. */
  public Context context(SectionPlan plan) {
    if (order == SectionOrder.INVERTED) {
      Run nearest =
          endImage && plan.isFirst() ? new Run(Source.END, 0, 1) : kept(0, SectionPlan.HISTORY_1X);
      return new Context(
          List.of(START_FRAME, nearest),
          List.of(kept(SectionPlan.HISTORY_1X, SectionPlan.HISTORY_2X)),
          List.of(kept(SectionPlan.HISTORY_1X + SectionPlan.HISTORY_2X, SectionPlan.HISTORY_4X)));
    }
    int first = keptFrames - SectionPlan.HISTORY;
    return new Context(
        List.of(START_FRAME, kept(keptFrames - 1, SectionPlan.HISTORY_1X)),
        List.of(kept(first + SectionPlan.HISTORY_4X, SectionPlan.HISTORY_2X)),
        List.of(kept(first, SectionPlan.HISTORY_4X)));
  }

  /** Takes in a finished section of W frames. */
  public Update append(SectionPlan plan) {
    int window = 2 * latentWindow;
    Run section = new Run(Source.SECTION, 0, latentWindow);
    List<Run> all = new ArrayList<>();
    if (order == SectionOrder.INVERTED) {
      if (plan.isLast()) {
        all.add(START_FRAME);
      }
      all.add(section);
      all.add(kept(0, keptFrames));
      realFrames += latentWindow + (plan.isLast() ? 1 : 0);
      int decoded = plan.isFirst() ? realFrames : plan.isLast() ? window + 1 : window;
      keptFrames = Math.min(frames(all), keptCapacity());
      return new Update(cut(all, 0, decoded), cut(all, 0, keptFrames));
    }
    all.add(kept(0, keptFrames));
    all.add(section);
    realFrames += latentWindow;
    int total = frames(all);
    int decoded = plan.isFirst() ? realFrames : window;
    keptFrames = Math.min(total, keptCapacity());
    return new Update(cut(all, total - decoded, decoded), cut(all, total - keptFrames, keptFrames));
  }

  private int keptCapacity() {
    return Math.max(SectionPlan.HISTORY, 2 * latentWindow + 1);
  }

  private static Run kept(int start, int count) {
    return new Run(Source.KEPT, start, count);
  }

  /** All frames of some runs. */
  public static int frames(List<Run> runs) {
    return runs.stream().mapToInt(Run::count).sum();
  }

  /** {@code count} frames from {@code start} of the runs joined. */
  private static List<Run> cut(List<Run> runs, int start, int count) {
    List<Run> cut = new ArrayList<>();
    int position = 0;
    for (Run run : runs) {
      int from = Math.max(start, position);
      int to = Math.min(start + count, position + run.count());
      if (from < to) {
        cut.add(new Run(run.source(), run.start() + from - position, to - from));
      }
      position += run.count();
    }
    return List.copyOf(cut);
  }
}
