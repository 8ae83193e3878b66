package dev.framepack.engine.timeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a timeline each section of a video has.
 *
 * @param parts of every section in order of time; null where no part is for it
 * @param faults what is wrong, at the character; empty when nothing is
 */
record SectionAssignment(List<@Nullable TimelinePart> parts, List<String> faults) {

  /**
   * Assigns parts to sections.
   *
   * @param what the text is, for faults
   * @param secondsPerSection of the video
   */
  static SectionAssignment of(
      String what, List<TimelinePart> parts, int sections, double secondsPerSection) {
    @Nullable TimelinePart[] assigned = new TimelinePart[sections];
    List<String> faults = new ArrayList<>();
    for (TimelinePart part : parts) {
      if (part.span() instanceof SectionSpan.Elsewhere) {
        continue;
      }
      SectionSpan.Resolved range = part.span().resolve(sections, secondsPerSection);
      if (range.first() < 0 || range.end() > sections) {
        faults.add(
            fault(
                what,
                part,
                "%s is out of range, the video has sections 0 to %s%s"
                    .formatted(part.span(), sections - 1, duration(part, secondsPerSection))));
        continue;
      }
      TimelinePart before = firstOf(assigned, range);
      if (before != null) {
        faults.add(
            fault(
                what,
                part,
                "%s overlaps %s of %s%s"
                    .formatted(
                        part.span(),
                        before.span(),
                        before.place(),
                        duration(part, secondsPerSection))));
        continue;
      }
      Arrays.fill(assigned, range.first(), range.end(), part);
    }
    for (TimelinePart part : parts) {
      if (part.span() instanceof SectionSpan.Elsewhere) {
        for (int i = 0; i < sections; i++) {
          assigned[i] = assigned[i] == null ? part : assigned[i];
        }
      }
    }
    return new SectionAssignment(
        Collections.unmodifiableList(Arrays.<@Nullable TimelinePart>asList(assigned)), faults);
  }

  private static @Nullable TimelinePart firstOf(
      @Nullable TimelinePart[] assigned, SectionSpan.Resolved range) {
    for (int i = range.first(); i < range.end(); i++) {
      if (assigned[i] != null) {
        return assigned[i];
      }
    }
    return null;
  }

  /** Those who write times want to know how long a section is. */
  private static String duration(TimelinePart part, double secondsPerSection) {
    return part.span() instanceof SectionSpan.Times
        ? String.format(Locale.ROOT, " (a section is %.2f s long)", secondsPerSection)
        : "";
  }

  /** Faults of sections that no part is for, one for each run of them. */
  List<String> gaps(String what, String remedy) {
    List<String> gaps = new ArrayList<>();
    int end;
    for (int first = 0; first < parts.size(); first = end + 1) {
      end = first;
      while (end < parts.size() && parts.get(end) == null) {
        end++;
      }
      if (end > first) {
        TimelinePart before = first == 0 ? null : parts.get(first - 1);
        gaps.add(
            "%s, %s: nothing is said of section%s, %s"
                .formatted(
                    what,
                    before == null ? "character 1" : before.place(),
                    end - first == 1 ? " " + first : "s %s to %s".formatted(first, end - 1),
                    remedy));
      }
    }
    return gaps;
  }

  static String fault(String what, TimelinePart part, String message) {
    return "%s, %s: %s".formatted(what, part.place(), message);
  }
}
