package dev.framepack.engine.timeline;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** The sections a part of a timeline is for, before it is known how many the video has. */
sealed interface SectionSpan {

  /** Sections counted from 0, end exclusive; they may lie outside the video. */
  record Resolved(int first, int end) {}

  /**
   * The sections themselves.
   *
   * @param sections of the video
   * @param secondsPerSection of the video
   */
  Resolved resolve(int sections, double secondsPerSection);

  /**
   * {@code 2}, {@code -1} or {@code 1-3}: by number, negative ones from the end.
   *
   * @param first counted from 0, or from -1 backwards
   * @param last inclusive, of the same sign
   */
  record Numbers(int first, int last) implements SectionSpan {
    @Override
    public Resolved resolve(int sections, double secondsPerSection) {
      int shift = first < 0 ? sections : 0;
      return new Resolved(first + shift, last + shift + 1);
    }

    @Override
    public String toString() {
      return first == last ? "section " + first : "sections %s-%s".formatted(first, last);
    }
  }

  /**
   * {@code [1.2s-2.4s]} or {@code [1.2s]}: by time, snapped to the nearest section; at least one
   * section long.
   *
   * @param from seconds
   * @param to seconds; empty when none is named
   * @param next seconds at which the next one begins; empty after the last
   */
  record Times(double from, OptionalDouble to, OptionalDouble next) implements SectionSpan {
    @Override
    public Resolved resolve(int sections, double secondsPerSection) {
      int first = snap(from, secondsPerSection);
      OptionalDouble until = to.isPresent() ? to : next;
      OptionalInt end =
          until.isPresent()
              ? OptionalInt.of(snap(until.getAsDouble(), secondsPerSection))
              : OptionalInt.empty();
      return new Resolved(first, Math.max(first + 1, end.orElse(sections)));
    }

    private static int snap(double seconds, double secondsPerSection) {
      return (int) Math.rint(seconds / secondsPerSection);
    }

    @Override
    public String toString() {
      return to.isPresent()
          ? String.format(Locale.ROOT, "[%ss-%ss]", from, to.getAsDouble())
          : String.format(Locale.ROOT, "[%ss]", from);
    }
  }

  /** Wherever nothing else is said. */
  record Elsewhere() implements SectionSpan {
    @Override
    public Resolved resolve(int sections, double secondsPerSection) {
      return new Resolved(0, sections);
    }

    @Override
    public String toString() {
      return "the text without a section";
    }
  }
}
