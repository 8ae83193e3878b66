package dev.framepack.engine.packing;

import dev.framepack.engine.InvalidRequestException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How many frame indices an {@code x} of the packing leaves blank between the frames it separates
 * (spec section 4, paddings).
 */
public sealed interface GapRule {

  /**
   * Both reference programs: the true distance, but above four sections no more than 3 windows for
   * the section made first and 2 for the others, because larger gaps degrade the far end.
   */
  GapRule RELEASED = Named.RELEASED;

  /** The true distance, however large. */
  GapRule TRUE_DISTANCE = Named.TRUE_DISTANCE;

  /**
   * Blank indices.
   *
   * @param distance latent frames between the two, 0 or more
   * @param number of the section in order of generation
   * @param sections how many there are
   * @param latentWindow latent frames of a section
   */
  int gap(int distance, int number, int sections, int latentWindow);

  /** The rules with a name. */
  enum Named implements GapRule {
    RELEASED("released") {
      @Override
      public int gap(int distance, int number, int sections, int latentWindow) {
        if (sections <= UNCAPPED_SECTIONS) {
          return distance;
        }
        return Math.min(distance, (number == 0 ? 3 : 2) * latentWindow);
      }
    },
    TRUE_DISTANCE("true") {
      @Override
      public int gap(int distance, int number, int sections, int latentWindow) {
        return distance;
      }
    };

    private static final int UNCAPPED_SECTIONS = 4;

    private final String id;

    Named(String id) {
      this.id = id;
    }

    @Override
    public String toString() {
      return id;
    }
  }

  /** Windows of every section in order of generation, as the user gives them. */
  record Given(List<Integer> windows) implements GapRule {
    public Given {
      windows = List.copyOf(windows);
    }

    @Override
    public int gap(int distance, int number, int sections, int latentWindow) {
      if (windows.size() != sections) {
        throw invalid(
            "gaps %s: expected one number for each of %s sections".formatted(this, sections));
      }
      return windows.get(number) * latentWindow;
    }

    @Override
    public String toString() {
      return windows.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
  }

  /**
   * Reads a name or a list such as {@code 3,2,1,0}.
   *
   * @throws InvalidRequestException {@code SECTION_GAPS}
   */
  static GapRule parse(String text) {
    for (Named named : Named.values()) {
      if (named.toString().equals(text)) {
        return named;
      }
    }
    if (text.matches("\\d{1,3}(,\\d{1,3}){0,999}")) {
      return new Given(Arrays.stream(text.split(",", -1)).map(Integer::valueOf).toList());
    }
    throw invalid("gaps must be released, true or windows such as 3,2,1,0, found " + text);
  }

  private static InvalidRequestException invalid(String message) {
    return new InvalidRequestException("SECTION_GAPS", message, "correct the gaps", null);
  }
}
