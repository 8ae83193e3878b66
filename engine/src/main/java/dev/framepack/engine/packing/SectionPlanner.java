package dev.framepack.engine.packing;

import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.packing.PackingNotation.Segment;
import dev.framepack.engine.packing.PackingNotation.Side;
import dev.framepack.engine.packing.SectionSchedule.Direction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Turns packing, order and gap rule into the plan of every section.
 *
 * <p>A side's contiguous run holds the frames nearest to the section that exist when it is made;
 * where none is adjacent, indices tell the gap. Frames that do not exist are blank, so the number
 * of tokens is the same for every section ({@code ta} excepted).
 */
public final class SectionPlanner {

  /** How far back a section may look. */
  public enum Memory {
    /** Everything made so far. */
    ALL,
    /**
     * Only the frame right before it, which becomes the start image, frame 0, of what follows
     * (repeated image-to-video).
     */
    LAST_FRAME
  }

  private final PackingNotation packing;
  private final SectionOrder order;
  private final GapRule gaps;
  private final Memory memory;
  private final boolean endImage;
  private final int[] pictures;
  private final int clipFrames;

  /**
   * @param endImage whether the section made first sees one right after the last frame
   */
  public SectionPlanner(
      PackingNotation packing, SectionOrder order, GapRule gaps, Memory memory, boolean endImage) {
    this(packing, order, gaps, memory, endImage, new int[0], 1);
  }

  private SectionPlanner(
      PackingNotation packing,
      SectionOrder order,
      GapRule gaps,
      Memory memory,
      boolean endImage,
      int[] pictures,
      int clipFrames) {
    this.packing = packing;
    this.order = order;
    this.gaps = gaps;
    this.memory = memory;
    this.endImage = endImage;
    this.pictures = pictures;
    this.clipFrames = clipFrames;
  }

  /**
   * The same with pictures in the start image's place.
   *
   * @param ofSections for each section in order of time the number of its picture, or -1
   */
  public SectionPlanner withPictures(int... ofSections) {
    return new SectionPlanner(
        packing, order, gaps, memory, endImage, ofSections.clone(), clipFrames);
  }

  /**
   * The same for a video that goes on from a clip.
   *
   * @param latentFrames of the clip, at least a window; 1 for the start image alone
   */
  public SectionPlanner withClip(int latentFrames) {
    return new SectionPlanner(packing, order, gaps, memory, endImage, pictures, latentFrames);
  }

  /**
   * Plans a video section by section.
   *
   * @throws InvalidRequestException when the packing generates no frames, or order or gaps are for
   *     another number of sections
   */
  public SectionSchedule plan(int sections) {
    int window = window();
    int[] visits = order.visits(sections);
    boolean[] known = known(sections * window);
    List<SectionPlan> plans = new ArrayList<>();
    for (int number = 0; number < sections; number++) {
      int first = clipFrames + visits[number] * window;
      List<DecodeWindow> decodes = decodes(visits, number, window);
      plans.add(
          plan(known, number, sections, number, sections, visits[number], first, window, decodes));
      Arrays.fill(known, first, first + window, true);
    }
    return new SectionSchedule(plans, direction(visits), sections, window, clipFrames);
  }

  /** Frames of the video that exist before the first section is made. */
  private boolean[] known(int generated) {
    boolean[] known = new boolean[clipFrames + generated];
    Arrays.fill(known, 0, clipFrames, true);
    return known;
  }

  /**
   * Plans a window that moves forward by one frame at a time (rolling diffusion).
   *
   * @throws InvalidRequestException when the order is not forward
   */
  public SectionSchedule rolling(int sections) {
    int window = window();
    int[] visits = order.visits(sections);
    if (!SectionOrder.isRising(visits)) {
      throw new InvalidRequestException(
          "SECTION_ORDER",
          "a rolling window moves forward, found order " + order,
          "choose order forward",
          null);
    }
    int frames = sections * window;
    boolean[] known = known(frames);
    List<SectionPlan> plans = new ArrayList<>();
    for (int number = 0; number < frames; number++) {
      int section = number / window;
      boolean full = number % window == window - 1;
      List<DecodeWindow> decodes = full ? decodes(visits, section, window) : List.of();
      int first = clipFrames + number;
      plans.add(plan(known, number, frames, section, sections, section, first, 1, decodes));
      known[first] = true;
    }
    return new SectionSchedule(plans, Direction.FIRST_TO_LAST, sections, window, clipFrames);
  }

  private int window() {
    return packing
        .generatedFrames()
        .orElseThrow(() ->
            new InvalidRequestException(
                "PACKING_INCOMPLETE",
                "packing %s generates no frames".formatted(packing),
                "add a group such as g9",
                null));
  }

  private SectionPlan plan(
      boolean[] known,
      int number,
      int plans,
      int section,
      int sections,
      int sectionInTime,
      int first,
      int finished,
      List<DecodeWindow> decodes) {
    int window = window();
    int frames = known.length;
    IntPredicate visible =
        switch (memory) {
          case ALL ->
              frame -> frame < frames ? known[frame] : frame == frames && seesEndImage(number);
          case LAST_FRAME -> frame -> frame == first - 1;
        };
    Side left = packing.left();
    Side right = packing.right();
    int[] before = descending(first - 1).filter(visible).toArray();
    int[] after =
        IntStream.rangeClosed(Math.min(first + window, frames), frames).filter(visible).toArray();
    ContextBuilder builder = new ContextBuilder(memory);
    int firstFrame = memory == Memory.ALL ? 0 : first - 1;
    int lastFrame = seesEndImage(number) ? frames : frames - 1;
    SideFrames past =
        withPicture(
            SideFrames.of(left, before, first - 1, -1, firstFrame, visible),
            sectionInTime,
            left.skipsToRun());
    SideFrames future = SideFrames.of(right, after, first + window, 1, lastFrame, visible);

    int index = 0;
    int[] anchorPast = indices(index, past.anchor().length);
    index += anchorPast.length;
    if (left.skipsToAnchor()) {
      index += gaps.gap(past.distanceToAnchor(), section, sections, window);
    }
    int[] runPast = indices(index, past.run().length);
    index += runPast.length + gap(left, past, section, sections, window);
    int[] latents = indices(index, window);
    index += window + gap(right, future, section, sections, window);
    int[] runFuture = indices(index, future.run().length);
    index += runFuture.length;
    if (right.skipsToAnchor()) {
      index += gaps.gap(future.distanceToAnchor(), section, sections, window);
    }
    int[] anchorFuture = indices(index, future.anchor().length);

    builder.segments(left.anchor(), past.anchor(), anchorPast);
    builder.tail(left, past.tail(), runPast.length == 0 ? 0 : runPast[0], -1);
    builder.segments(left.run(), past.run(), runPast);
    builder.segments(right.run(), future.run(), runFuture);
    builder.tail(
        right, future.tail(), runFuture.length == 0 ? 0 : runFuture[runFuture.length - 1], 1);
    builder.segments(right.anchor(), future.anchor(), anchorFuture);
    return new SectionPlan(
        number, plans, section, sectionInTime, first, finished, latents, builder.packed(), decodes);
  }

  private SideFrames withPicture(SideFrames past, int sectionInTime, boolean alsoInRun) {
    return pictures.length == 0 || pictures[sectionInTime] < 0
        ? past
        : past.withStart(SectionPlan.picture(pictures[sectionInTime]), alsoInRun);
  }

  /** As in the reference, one in the first section's place of history only. */
  private boolean seesEndImage(int number) {
    return endImage && number == 0;
  }

  /** Only an x tells its distance; a run next to g jumps where its neighbour does not exist yet. */
  private int gap(Side side, SideFrames frames, int section, int sections, int window) {
    int distance = frames.distanceToRun();
    boolean adjacent = distance == 0 && !side.skipsToRun();
    return side.run().isEmpty() || adjacent || distance == SideFrames.NOTHING_THERE
        ? 0
        : gaps.gap(distance, section, sections, window);
  }

  private static IntStream descending(int from) {
    return IntStream.rangeClosed(0, from).map(i -> from - i);
  }

  private static int[] indices(int first, int count) {
    return IntStream.range(first, first + count).toArray();
  }

  private static boolean isFalling(int[] visits) {
    return IntStream.range(0, visits.length).allMatch(i -> visits[i] == visits.length - 1 - i);
  }

  private static Direction direction(int[] visits) {
    return isFalling(visits) ? Direction.LAST_TO_FIRST : Direction.FIRST_TO_LAST;
  }

  /**
   * Last to first, a section is decoded when it is made, with what follows it. Otherwise first to
   * last, each with what precedes it, as soon as everything before it is there.
   */
  private List<DecodeWindow> decodes(int[] visits, int number, int window) {
    int sections = visits.length;
    int end = clipFrames + sections * window;
    if (isFalling(visits)) {
      int own = clipFrames + visits[number] * window;
      int first = visits[number] == 0 ? beginning(window) : own;
      int last = Math.min(own + 2 * window, end);
      return List.of(new DecodeWindow(number, windows(sections), first, last - first));
    }
    return IntStream.range(complete(visits, number), complete(visits, number + 1))
        .mapToObj(section -> forward(section, sections, window))
        .toList();
  }

  /** Sections from the first one on that are there after so many were made. */
  private static int complete(int[] visits, int made) {
    boolean[] there = new boolean[visits.length];
    for (int i = 0; i < made; i++) {
      there[visits[i]] = true;
    }
    int complete = 0;
    while (complete < there.length && there[complete]) {
      complete++;
    }
    return complete;
  }

  private DecodeWindow forward(int section, int sections, int window) {
    int end = clipFrames + (section + 1) * window;
    int first = section == 0 ? beginning(window) : end - 2 * window;
    int number = clipFrames > 1 ? section + 1 : section;
    return new DecodeWindow(number, windows(sections), first, end - first);
  }

  /** The first section is decoded with the start image, or with as much of the clip as it fades. */
  private int beginning(int window) {
    return clipFrames > 1 ? clipFrames - window : 0;
  }

  /** A clip is one more. */
  private int windows(int sections) {
    return clipFrames > 1 ? sections + 1 : sections;
  }

  /** Collects parts and puts the coarsest first, as the reference programs pack them. */
  private static final class ContextBuilder {
    private final Memory memory;
    private final List<ContextPart> parts = new ArrayList<>();

    ContextBuilder(Memory memory) {
      this.memory = memory;
    }

    private int[] named(int[] frames) {
      return memory == Memory.ALL
          ? frames
          : Arrays.stream(frames).map(frame -> Math.min(frame, 0)).toArray();
    }

    void segments(List<Segment> segments, int[] frames, int[] indices) {
      int start = 0;
      for (Segment segment : segments) {
        int end = start + segment.frames();
        parts.add(
            new ContextPart(
                ContextPart.Form.FRAMES,
                segment.kernel(),
                named(Arrays.copyOfRange(frames, start, end)),
                Arrays.copyOfRange(indices, start, end)));
        start = end;
      }
    }

    /** Frames beyond the run, with indices that go on outwards from its last one. */
    void tail(Side side, int[] frames, int runIndex, int outwards) {
      if (side.tail() == TailMode.DELETE || side.run().isEmpty()) {
        return;
      }
      PatchKernel nearest = (outwards < 0 ? side.run().getFirst() : side.run().getLast()).kernel();
      int[] indices = new int[frames.length];
      for (int i = 0; i < frames.length; i++) {
        int steps = outwards < 0 ? frames.length - i : i + 1;
        indices[i] = runIndex + outwards * steps;
      }
      if (side.tail() == TailMode.COMPRESS) {
        int[] atLeastOne = frames.length == 0 ? new int[] {SectionPlan.BLANK} : frames;
        int[] place = frames.length == 0 ? new int[] {runIndex + outwards} : indices;
        parts.add(new ContextPart(ContextPart.Form.COMPRESSED_TAIL, nearest, atLeastOne, place));
      } else if (frames.length > 0) {
        parts.add(new ContextPart(ContextPart.Form.APPENDED_TAIL, nearest, frames, indices));
      }
    }

    List<ContextPart> packed() {
      List<ContextPart> sorted = new ArrayList<>(parts);
      sorted.sort(Comparator.comparingLong((ContextPart part) -> -part.kernel().volume()));
      List<ContextPart> packed = new ArrayList<>();
      for (ContextPart part : sorted) {
        if (!packed.isEmpty() && joins(packed.getLast(), part)) {
          packed.add(join(packed.removeLast(), part));
        } else {
          packed.add(part);
        }
      }
      return packed;
    }

    /** A kernel one frame long sees no border between frames. */
    private static boolean joins(ContextPart a, ContextPart b) {
      return a.form() == ContextPart.Form.FRAMES
          && b.form() == ContextPart.Form.FRAMES
          && a.kernel().equals(b.kernel())
          && a.kernel().frames() == 1;
    }

    private static ContextPart join(ContextPart a, ContextPart b) {
      return new ContextPart(
          a.form(), a.kernel(), concat(a.frames(), b.frames()), concat(a.indices(), b.indices()));
    }

    private static int[] concat(int[] a, int[] b) {
      return IntStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
    }
  }
}
