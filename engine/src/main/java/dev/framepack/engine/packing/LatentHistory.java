package dev.framepack.engine.packing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Where the latent frames that plans name lie, and which are kept after each. Holds frame numbers
 * only; the frames lie in the backend's memory. What no later plan reads is dropped, so that memory
 * does not grow with the video unless far sections wait for the gaps before them.
 */
public final class LatentHistory {

  /** Where latent frames come from. */
  public enum Source {
    /** The start image, one frame. */
    START,
    /** The end image, one frame. */
    END,
    /** Pictures that are no frames of the video. */
    PICTURE,
    /** The clip that the video goes on from, before the first plan only. */
    CLIP,
    /** Zeros. */
    BLANK,
    /** The frames kept after the previous plan. */
    KEPT,
    /** What the plan in work has finished. */
    FINISHED
  }

  /** {@code count} frames of a source from {@code start}. */
  public record Run(Source source, int start, int count) {}

  private final SectionSchedule schedule;
  // The number of the last plan that reads a frame.
  private final Map<Integer, Integer> lastUse = new HashMap<>();
  private final int maxKeptFrames;
  private int[] kept;

  public LatentHistory(SectionSchedule schedule) {
    this.schedule = schedule;
    for (SectionPlan plan : schedule.plans()) {
      reads(plan).forEach(frame -> lastUse.merge(frame, plan.number(), Math::max));
    }
    int most = steadyFrames();
    int[] simulated = ofClip();
    for (SectionPlan plan : schedule.plans()) {
      simulated = keptAfter(plan, simulated);
      most = Math.max(most, simulated.length);
    }
    this.maxKeptFrames = Math.max(most, ofClip().length);
    this.kept = ofClip();
  }

  /** Frames of the clip that any plan reads, the start frame excepted. */
  private int[] ofClip() {
    return IntStream.range(1, schedule.clipFrames()).filter(lastUse::containsKey).toArray();
  }

  /** The frames of a clip that are KEPT before the first plan, as they lie in the clip. */
  public List<Run> begin() {
    List<Run> runs = new ArrayList<>();
    for (int frame : ofClip()) {
      Run last = runs.isEmpty() ? null : runs.getLast();
      if (last != null && last.start() + last.count() == frame) {
        runs.set(runs.size() - 1, new Run(Source.CLIP, last.start(), last.count() + 1));
      } else {
        runs.add(new Run(Source.CLIP, frame, 1));
      }
    }
    return runs;
  }

  private static IntStream reads(SectionPlan plan) {
    IntStream decoded =
        plan.decodes().stream()
            .flatMapToInt(window ->
                IntStream.range(window.firstFrame(), window.firstFrame() + window.frames()));
    return IntStream.concat(plan.contextFrames(), decoded);
  }

  /** What a long video keeps, so that a short one takes the same memory. */
  private int steadyFrames() {
    int listed =
        schedule.plans().getFirst().context().stream()
            .filter(part -> part.form() == ContextPart.Form.FRAMES)
            .mapToInt(part -> part.frames().length)
            .sum();
    return Math.max(listed, schedule.latentWindow());
  }

  private int[] keptAfter(SectionPlan plan, int[] before) {
    return IntStream.concat(Arrays.stream(before), finished(plan))
        .filter(isReadAfter(plan))
        .sorted()
        .toArray();
  }

  private IntPredicate isReadAfter(SectionPlan plan) {
    return frame -> lastUse.getOrDefault(frame, -1) > plan.number();
  }

  private static IntStream finished(SectionPlan plan) {
    return IntStream.range(plan.firstFrame(), plan.firstFrame() + plan.finishedFrames());
  }

  /** Most frames KEPT ever holds. */
  public int maxKeptFrames() {
    return maxKeptFrames;
  }

  /** Most frames BLANK is asked for at once. */
  public int maxBlankFrames() {
    return schedule.plans().getFirst().context().stream()
        .mapToInt(part -> part.frames().length)
        .max()
        .orElse(0);
  }

  /** Frames a plan sees. */
  public List<Run> runs(ContextPart part) {
    return runs(Arrays.stream(part.frames()), kept, new int[0]);
  }

  /** Frames to decode, after their plan and before {@link #advance}. */
  public List<Run> runs(DecodeWindow window, SectionPlan plan) {
    return runs(
        IntStream.range(window.firstFrame(), window.firstFrame() + window.frames()),
        kept,
        finished(plan).toArray());
  }

  /** Takes in a finished plan; the frames that are KEPT from now on, as they lay before. */
  public List<Run> advance(SectionPlan plan) {
    int[] next = keptAfter(plan, kept);
    List<Run> runs = runs(Arrays.stream(next), kept, finished(plan).toArray());
    kept = next;
    return runs;
  }

  /** All frames of some runs. */
  public static int frames(List<Run> runs) {
    return runs.stream().mapToInt(Run::count).sum();
  }

  private List<Run> runs(IntStream frames, int[] held, int[] finished) {
    List<Run> runs = new ArrayList<>();
    frames.forEach(frame -> {
      Run next = locate(frame, held, finished);
      Run last = runs.isEmpty() ? null : runs.getLast();
      boolean continues =
          last != null
              && last.source() == next.source()
              && (next.source() == Source.BLANK || last.start() + last.count() == next.start());
      if (last != null && continues) {
        runs.set(runs.size() - 1, new Run(last.source(), last.start(), last.count() + 1));
      } else {
        runs.add(next);
      }
    });
    return runs;
  }

  private Run locate(int frame, int[] held, int[] finished) {
    if (frame == SectionPlan.BLANK) {
      return new Run(Source.BLANK, 0, 1);
    }
    if (SectionPlan.isPicture(frame)) {
      return new Run(Source.PICTURE, SectionPlan.pictureNumber(frame), 1);
    }
    if (frame == 0) {
      return new Run(Source.START, 0, 1);
    }
    if (frame == schedule.endFrame()) {
      return new Run(Source.END, 0, 1);
    }
    int at = Arrays.binarySearch(finished, frame);
    if (at >= 0) {
      return new Run(Source.FINISHED, at, 1);
    }
    at = Arrays.binarySearch(held, frame);
    if (at < 0) {
      throw new IllegalStateException(
          "LatentHistory: frame %s is read but was not kept".formatted(frame));
    }
    return new Run(Source.KEPT, at, 1);
  }
}
