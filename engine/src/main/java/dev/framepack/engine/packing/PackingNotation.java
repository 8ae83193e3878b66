package dev.framepack.engine.packing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * A packing schedule in the paper's notation (arXiv 2504.12626v3, "Ablative Naming"), groups in
 * order of time separated by {@code _}:
 *
 * <ul>
 *   <li>{@code f16k4f2k2f1k1}: 16 contiguous frames by kernel k4, then 2 by k2, then 1 by k1;
 *   <li>{@code g9}: the 9 frames being generated;
 *   <li>{@code x}: any number of frames is skipped, none included;
 *   <li>{@code td}, {@code ta}, {@code tc}: what becomes of older frames ({@link TailMode});
 *   <li>{@code +D} at the end: history is discretised by a codebook.
 * </ul>
 *
 * On each side of {@code g}, the groups next to it are one contiguous run of history. A group at
 * the outer end that no tail encloses is an <em>anchor</em>: it holds the first (left) or last
 * (right) frames of the video whatever the distance, as in {@code f1k1_f16k4f2k2f1k1_g9}.
 *
 * @param groups in order of time
 * @param discretized whether {@code +D} is there
 */
public record PackingNotation(List<Group> groups, boolean discretized) {

  /** One group between underscores. */
  public sealed interface Group {}

  /** {@code td}, {@code ta} or {@code tc}. */
  public record Tail(TailMode mode) implements Group {
    @Override
    public String toString() {
      return mode.toString();
    }
  }

  /** {@code x}. */
  public record Skip() implements Group {
    @Override
    public String toString() {
      return "x";
    }
  }

  /** {@code g9}. */
  public record Generate(int frames) implements Group {
    @Override
    public String toString() {
      return "g" + frames;
    }
  }

  /** {@code f16k4f2k2f1k1}. */
  public record Frames(List<Segment> segments) implements Group {
    public Frames {
      segments = List.copyOf(segments);
    }

    /** Latent frames of all segments. */
    public int count() {
      return segments.stream().mapToInt(Segment::frames).sum();
    }

    @Override
    public String toString() {
      return segments.stream().map(Segment::toString).collect(Collectors.joining());
    }
  }

  /** {@code f16k4}: contiguous latent frames encoded by one kernel. */
  public record Segment(int frames, PatchKernel kernel) {
    @Override
    public String toString() {
      return "f" + frames + kernel;
    }
  }

  /**
   * What lies on one side of the generated frames.
   *
   * @param run segments of the contiguous history, in order of time
   * @param skipsToRun whether {@code x} stands between the run and {@code g}
   * @param anchor segments of the group at the outer end of the video, in order of time
   * @param skipsToAnchor whether {@code x} stands between anchor and run
   * @param tail what becomes of the frames beyond the run
   */
  public record Side(
      List<Segment> run,
      boolean skipsToRun,
      List<Segment> anchor,
      boolean skipsToAnchor,
      TailMode tail) {

    /** Latent frames listed, run and anchor. */
    public int frames() {
      return runFrames() + anchor.stream().mapToInt(Segment::frames).sum();
    }

    /** Latent frames of the contiguous run. */
    public int runFrames() {
      return run.stream().mapToInt(Segment::frames).sum();
    }
  }

  public PackingNotation {
    groups = List.copyOf(groups);
  }

  /**
   * Reads a notation.
   *
   * @throws dev.framepack.engine.InvalidRequestException {@code PACKING_NOTATION}, naming the
   *     character
   */
  public static PackingNotation parse(String text) {
    return new NotationParser(text).parse();
  }

  /** Frames being generated; empty for a fragment that tells of history alone. */
  public OptionalInt generatedFrames() {
    return groups.stream()
        .filter(Generate.class::isInstance)
        .mapToInt(group -> ((Generate) group).frames())
        .findFirst();
  }

  /** The same packing for another number of generated frames. */
  public PackingNotation withGenerated(int frames) {
    List<Group> changed =
        groups.stream()
            .map(group -> group instanceof Generate ? new Generate(frames) : group)
            .toList();
    return new PackingNotation(changed, discretized);
  }

  /**
   * The same packing with the first frame of the video kept uncompressed (anchor frame).
   *
   * @param order in which sections are made: inverted, a run beyond an {@code x} is that frame
   */
  public PackingNotation withAnchor(SectionOrder order) {
    Side left = left();
    boolean anchored =
        !left.anchor().isEmpty() && left.anchor().getFirst().kernel().equals(PatchKernel.FULL);
    boolean reached = left.skipsToRun() && order == SectionOrder.INVERTED;
    if (anchored || reached) {
      return this;
    }
    List<Group> changed = new ArrayList<>(groups);
    changed.addFirst(new Frames(List.of(new Segment(1, PatchKernel.FULL))));
    return new PackingNotation(changed, discretized);
  }

  /** What precedes the generated frames; all of a fragment without any. */
  public Side left() {
    int end = generateAt().orElse(isFragmentOfTheFuture() ? 0 : groups.size());
    return side(groups.subList(0, end).reversed(), true);
  }

  /** What follows the generated frames. */
  public Side right() {
    int end = generateAt().orElse(isFragmentOfTheFuture() ? -1 : groups.size() - 1);
    return side(groups.subList(end + 1, groups.size()), false);
  }

  /** Without g, a tail at the end says that the frames are later ones. */
  private boolean isFragmentOfTheFuture() {
    return generatedFrames().isEmpty() && groups.getLast() instanceof Tail;
  }

  /** Every kernel history is encoded with. */
  public List<PatchKernel> kernels() {
    return groups.stream()
        .filter(Frames.class::isInstance)
        .flatMap(group -> ((Frames) group).segments().stream())
        .map(Segment::kernel)
        .distinct()
        .toList();
  }

  private Optional<Integer> generateAt() {
    for (int i = 0; i < groups.size(); i++) {
      if (groups.get(i) instanceof Generate) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  /** Reads one side from the generated frames outwards. */
  private static Side side(List<Group> outwards, boolean left) {
    int tailAt = -1;
    int lastFrames = -1;
    int firstFrames = -1;
    for (int i = 0; i < outwards.size(); i++) {
      if (outwards.get(i) instanceof Tail) {
        tailAt = i;
      } else if (outwards.get(i) instanceof Frames) {
        lastFrames = i;
        firstFrames = firstFrames < 0 ? i : firstFrames;
      }
    }
    boolean anchored = lastFrames > firstFrames && lastFrames > tailAt;
    List<Segment> run = new ArrayList<>();
    boolean skipsToRun = false;
    boolean skipsToAnchor = false;
    for (int i = 0; i < outwards.size(); i++) {
      Group group = outwards.get(i);
      if (group instanceof Frames frames && !(anchored && i == lastFrames)) {
        run.addAll(left ? 0 : run.size(), frames.segments());
      } else if (group instanceof Skip && i < firstFrames) {
        skipsToRun = true;
      } else if (group instanceof Skip) {
        skipsToAnchor = true;
      }
    }
    List<Segment> anchor =
        anchored ? ((Frames) outwards.get(lastFrames)).segments() : List.<Segment>of();
    TailMode tail = tailAt < 0 ? TailMode.DELETE : ((Tail) outwards.get(tailAt)).mode();
    return new Side(List.copyOf(run), skipsToRun, anchor, skipsToAnchor, tail);
  }

  /** The normal form. */
  @Override
  public String toString() {
    return groups.stream().map(Group::toString).collect(Collectors.joining("_"))
        + (discretized ? "+D" : "");
  }
}
