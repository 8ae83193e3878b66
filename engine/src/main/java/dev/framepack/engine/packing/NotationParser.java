package dev.framepack.engine.packing;

import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.packing.PackingNotation.Frames;
import dev.framepack.engine.packing.PackingNotation.Generate;
import dev.framepack.engine.packing.PackingNotation.Group;
import dev.framepack.engine.packing.PackingNotation.Segment;
import dev.framepack.engine.packing.PackingNotation.Skip;
import dev.framepack.engine.packing.PackingNotation.Tail;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Reads {@link PackingNotation}.
 *
 * <pre>
 * notation := group ("_" group)* ["+D"]
 * group    := "td" | "ta" | "tc" | "x" | "g" INT | ("f" INT kernel)+
 * kernel   := "k" INT ["h" INT "w" INT] | "s" INT
 * </pre>
 */
final class NotationParser {
  private static final int MAX_CHARACTERS = 1000;
  private static final int MAX_FRAMES = 999;
  private static final int MAX_LISTED_FRAMES = 2000;
  private static final int MAX_KERNEL_SIDE = 256;

  private final String text;
  private int position;

  NotationParser(String text) {
    this.text = text;
  }

  PackingNotation parse() {
    if (text.length() > MAX_CHARACTERS) {
      throw fault(MAX_CHARACTERS, "the end; a notation has at most %s characters", MAX_CHARACTERS);
    }
    List<Group> groups = new ArrayList<>();
    List<Integer> starts = new ArrayList<>();
    do {
      starts.add(position);
      groups.add(group());
    } while (accept('_'));
    int end = position;
    boolean discretized = discretized();
    if (position < text.length()) {
      throw fault(position, "_, +D or the end");
    }
    starts.add(end);
    checkOrder(groups, starts);
    return new PackingNotation(groups, discretized);
  }

  private void checkOrder(List<Group> groups, List<Integer> starts) {
    int generate = groups.size();
    for (int i = 0; i < groups.size(); i++) {
      if (groups.get(i) instanceof Generate) {
        if (generate < groups.size()) {
          throw fault(starts.get(i), "one group g only");
        }
        generate = i;
      }
      boolean first = i == 0;
      boolean last = i == groups.size() - 1;
      if (groups.get(i) instanceof Skip && (first || last || groups.get(i + 1) instanceof Skip)) {
        throw fault(starts.get(last ? i + 1 : first ? i : i + 1), "frames that x can skip to");
      }
    }
    if (groups.stream().noneMatch(Frames.class::isInstance)) {
      throw fault(starts.getLast(), "at least one group of frames, such as f1k1");
    }
    int listed = 0;
    for (int i = 0; i < groups.size(); i++) {
      listed += groups.get(i) instanceof Frames frames ? frames.count() : 0;
      if (listed > MAX_LISTED_FRAMES) {
        throw fault(starts.get(i), "at most %s frames in all", MAX_LISTED_FRAMES);
      }
    }
    boolean fragmentOfTheFuture = generate == groups.size() && groups.getLast() instanceof Tail;
    List<Group> left = groups.subList(0, fragmentOfTheFuture ? 0 : generate).reversed();
    int right = fragmentOfTheFuture ? 0 : Math.min(generate + 1, groups.size());
    checkSide(left, at -> starts.get(left.size() - 1 - at));
    checkSide(groups.subList(right, groups.size()), at -> starts.get(right + at));
  }

  /**
   * A side's groups from g outwards: {@code [x] run [tail] [[x] anchor]}, where the run may be of
   * several groups and only deleted frames lie between run and anchor.
   */
  private void checkSide(List<Group> outwards, IntUnaryOperator start) {
    boolean tail = false;
    int outermost = outwards.size() - 1;
    for (int i = 0; i < outwards.size(); i++) {
      boolean beforeAnchor = i + 1 == outermost && outwards.get(outermost) instanceof Frames;
      if (outwards.get(i) instanceof Skip && i > 0 && !beforeAnchor) {
        throw fault(start.applyAsInt(i), "frames; x stands beside g or before an anchor");
      }
      if (outwards.get(i) instanceof Tail(TailMode mode)
          && mode != TailMode.DELETE
          && i < outermost) {
        throw fault(start.applyAsInt(i), "td; beside an anchor older frames can only be deleted");
      }
      if (outwards.get(i) instanceof Tail) {
        if (tail || i == 0 || !(outwards.get(i - 1) instanceof Frames)) {
          throw fault(
              start.applyAsInt(i),
              "one tail on a side, on the far side of the frames it continues");
        }
        tail = true;
      }
    }
  }

  private boolean discretized() {
    if (!accept('+')) {
      return false;
    }
    if (!accept('D') && !accept('d')) {
      throw fault(position, "D");
    }
    return true;
  }

  private Group group() {
    if (accept('x')) {
      return new Skip();
    }
    if (accept('g')) {
      return new Generate(number(MAX_FRAMES));
    }
    if (accept('t')) {
      if (accept('d')) {
        return new Tail(TailMode.DELETE);
      }
      if (accept('a')) {
        return new Tail(TailMode.APPEND);
      }
      if (accept('c')) {
        return new Tail(TailMode.COMPRESS);
      }
      throw fault(position, "d, a or c");
    }
    List<Segment> segments = new ArrayList<>();
    while (accept('f')) {
      segments.add(new Segment(number(MAX_FRAMES), kernel()));
    }
    if (segments.isEmpty()) {
      throw fault(position, "f, g, x, td, ta or tc");
    }
    return new Frames(segments);
  }

  private PatchKernel kernel() {
    if (accept('s')) {
      return PatchKernel.spatial(number(MAX_KERNEL_SIDE / 2));
    }
    if (!accept('k')) {
      throw fault(position, "k or s");
    }
    int scale = number(MAX_KERNEL_SIDE / 2);
    if (!accept('h')) {
      return PatchKernel.cube(scale);
    }
    int height = even();
    if (!accept('w')) {
      throw fault(position, "w");
    }
    return new PatchKernel(scale, height, even());
  }

  private int even() {
    int start = position;
    int value = number(MAX_KERNEL_SIDE);
    if (value % 2 != 0) {
      throw fault(start, "an even number, because a full-resolution token is 2 by 2");
    }
    return value;
  }

  private int number(int max) {
    int start = position;
    int value = 0;
    while (position < text.length() && isDigit(text.charAt(position)) && value <= max) {
      value = 10 * value + text.charAt(position++) - '0';
    }
    if (position == start) {
      throw fault(position, "a number");
    }
    if (value < 1 || value > max) {
      throw fault(start, "a number from 1 to " + max);
    }
    return value;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private boolean accept(char expected) {
    if (position < text.length() && text.charAt(position) == expected) {
      position++;
      return true;
    }
    return false;
  }

  private InvalidRequestException fault(int at, String expected, Object... arguments) {
    String found = at < text.length() ? "'" + text.charAt(at) + "'" : "the end";
    String shown = text.length() > 80 ? text.substring(0, 80) + "..." : text;
    return new InvalidRequestException(
        "PACKING_NOTATION",
        "packing %s, character %s: expected %s, found %s"
            .formatted(shown, at + 1, expected.formatted(arguments), found),
        "write groups such as td_f16k4f2k2f1k1_g9",
        null);
  }
}
