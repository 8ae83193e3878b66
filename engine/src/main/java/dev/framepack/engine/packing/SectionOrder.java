package dev.framepack.engine.packing;

import dev.framepack.engine.InvalidRequestException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** In which order the sections of a video are made (paper section 3.2, anti-drifting sampling). */
public sealed interface SectionOrder {

  /** First section first: vanilla sampling, FramePack-F1. */
  SectionOrder FORWARD = Named.FORWARD;

  /** Last section first, back to the start image: inverted anti-drifting sampling. */
  SectionOrder INVERTED = Named.INVERTED;

  /** The last section, then the others forward, each seeing past and endpoint: anti-drifting. */
  SectionOrder ENDPOINT = Named.ENDPOINT;

  /**
   * Far sections first, three sections apart because the released models saw no larger gap; then
   * each gap is filled from its far end (planned anti-drifting).
   */
  SectionOrder PLANNED = Named.PLANNED;

  /** The order a packing is made for: where it sees the future, that must be made first. */
  static SectionOrder of(PackingNotation packing) {
    PackingNotation.Side right = packing.right();
    if (right.run().isEmpty()) {
      return FORWARD;
    }
    return right.skipsToRun() ? ENDPOINT : INVERTED;
  }

  /** Whether sections are made in order of time. */
  static boolean isRising(int[] visits) {
    return IntStream.range(0, visits.length).allMatch(i -> visits[i] == i);
  }

  /**
   * Indices of the sections in time, 0 the one after the start image, in order of generation.
   *
   * @throws InvalidRequestException {@code SECTION_ORDER} when the order is for another number of
   *     sections
   */
  int[] visits(int sections);

  /** The orders with a name. */
  enum Named implements SectionOrder {
    FORWARD("forward") {
      @Override
      public int[] visits(int sections) {
        return IntStream.range(0, sections).toArray();
      }
    },
    INVERTED("inverted") {
      @Override
      public int[] visits(int sections) {
        return IntStream.range(0, sections).map(i -> sections - 1 - i).toArray();
      }
    },
    ENDPOINT("endpoint") {
      @Override
      public int[] visits(int sections) {
        return IntStream.range(0, sections).map(i -> i == 0 ? sections - 1 : i - 1).toArray();
      }
    },
    PLANNED("planned") {
      @Override
      public int[] visits(int sections) {
        List<Integer> far = new ArrayList<>();
        for (int section = PLANNED_GAP; section < sections; section += PLANNED_GAP + 1) {
          far.add(section);
        }
        if (far.isEmpty() || far.getLast() < sections - 1) {
          far.add(sections - 1);
        }
        List<Integer> visits = new ArrayList<>(far);
        int begin = 0;
        for (int end : far) {
          for (int section = end - 1; section >= begin; section--) {
            visits.add(section);
          }
          begin = end + 1;
        }
        return visits.stream().mapToInt(Integer::intValue).toArray();
      }
    };

    private static final int PLANNED_GAP = 3;

    private final String id;

    Named(String id) {
      this.id = id;
    }

    @Override
    public String toString() {
      return id;
    }
  }

  /** An order the user gives: every section once. */
  record Given(List<Integer> sections) implements SectionOrder {
    public Given {
      sections = List.copyOf(sections);
    }

    @Override
    public int[] visits(int count) {
      int[] visits = sections.stream().mapToInt(Integer::intValue).toArray();
      int[] sorted = visits.clone();
      Arrays.sort(sorted);
      if (!Arrays.equals(sorted, IntStream.range(0, count).toArray())) {
        throw invalid(
            "order %s must name each of the sections 0 to %s once".formatted(this, count - 1),
            "give as many numbers as the video has sections");
      }
      return visits;
    }

    @Override
    public String toString() {
      return sections.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
  }

  /**
   * Reads a name or a list such as {@code 3,0,1,2}.
   *
   * @throws InvalidRequestException {@code SECTION_ORDER}
   */
  static SectionOrder parse(String text) {
    for (Named named : Named.values()) {
      if (named.toString().equals(text)) {
        return named;
      }
    }
    if (text.matches("\\d{1,4}(,\\d{1,4}){0,999}")) {
      return new Given(Arrays.stream(text.split(",", -1)).map(Integer::valueOf).toList());
    }
    String names =
        Arrays.stream(Named.values()).map(Named::toString).collect(Collectors.joining(", "));
    throw invalid(
        "order must be one of %s or section numbers such as 3,0,1,2, found %s"
            .formatted(names, text),
        "correct the order");
  }

  private static InvalidRequestException invalid(String message, String remedy) {
    return new InvalidRequestException("SECTION_ORDER", message, remedy, null);
  }
}
