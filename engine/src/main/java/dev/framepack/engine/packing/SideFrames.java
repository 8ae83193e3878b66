package dev.framepack.engine.packing;

import dev.framepack.engine.packing.PackingNotation.Side;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Which frames of the video fill one side of a packing for one section, each in order of time.
 *
 * @param run of the contiguous run, blank beyond what exists; each a frame as in {@link
 *     ContextPart#frames}
 * @param distanceToRun frames skipped between section and run, or {@link #NOTHING_THERE}
 * @param anchor of the anchor group
 * @param distanceToAnchor frames skipped between run and anchor
 * @param tail frames that exist beyond the run
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, compared nowhere
record SideFrames(int[] run, int distanceToRun, int[] anchor, int distanceToAnchor, int[] tail) {

  /** No frame exists on this side. */
  static final int NOTHING_THERE = -1;

  /**
   * Fills a side.
   *
   * @param outwards frames that exist on this side, the nearest to the section first
   * @param adjacent the frame next to the section
   * @param direction -1 for the past, 1 for the future
   * @param outermost the outermost frame of the video on this side
   * @param exists whether a frame of the video exists yet
   */
  static SideFrames of(
      Side side, int[] outwards, int adjacent, int direction, int outermost, IntPredicate exists) {
    int runFrames = side.runFrames();
    int[] run = new int[runFrames];
    Arrays.fill(run, SectionPlan.BLANK);
    int listed = 0;
    while (listed < Math.min(runFrames, outwards.length)
        && outwards[listed] == outwards[0] + direction * listed) {
      listed++; // up to the first hole: a kernel must not average over one
    }
    System.arraycopy(outwards, 0, run, 0, listed);
    int distance = outwards.length == 0 ? NOTHING_THERE : Math.abs(outwards[0] - adjacent);

    int anchorFrames = side.frames() - runFrames;
    int[] anchor =
        IntStream.range(0, anchorFrames)
            .map(i -> outermost - direction * i)
            .map(frame -> frame >= 0 && exists.test(frame) ? frame : SectionPlan.BLANK)
            .toArray();
    int runEnd = listed == 0 ? adjacent : run[listed - 1];
    int anchorBegin = outermost - direction * (anchorFrames - 1);
    int toAnchor = Math.max(0, direction * (anchorBegin - runEnd) - 1);

    int[] tail = Arrays.copyOfRange(outwards, listed, outwards.length);
    if (direction < 0) {
      reverse(run);
      reverse(tail);
      return new SideFrames(run, distance, anchor, toAnchor, tail);
    }
    reverse(anchor);
    return new SideFrames(run, distance, anchor, toAnchor, tail);
  }

  /**
   * With a picture in the start image's place: as anchor, and in a run that is not adjacent.
   *
   * @param picture {@link SectionPlan#picture}
   */
  SideFrames withStart(int picture, boolean alsoInRun) {
    return new SideFrames(
        alsoInRun ? replaced(run, picture) : run,
        distanceToRun,
        replaced(anchor, picture),
        distanceToAnchor,
        tail);
  }

  private static int[] replaced(int[] frames, int picture) {
    return Arrays.stream(frames).map(frame -> frame == 0 ? picture : frame).toArray();
  }

  private static void reverse(int[] values) {
    for (int i = 0, j = values.length - 1; i < j; i++, j--) {
      int kept = values[i];
      values[i] = values[j];
      values[j] = kept;
    }
  }
}
