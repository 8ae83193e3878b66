package dev.framepack.engine.cli;

import dev.framepack.engine.InvalidRequestException;
import java.util.List;
import java.util.stream.Stream;

/** What is wrong with the options of a command, told all at once and before any work. */
final class OptionFaults {
  private OptionFaults() {}

  /**
   * Goes on when there are none.
   *
   * @throws InvalidRequestException {@code REQUEST_INVALID} naming all
   */
  static void throwIfAny(List<String> some, List<String> more) {
    List<String> faults = Stream.concat(some.stream(), more.stream()).toList();
    if (!faults.isEmpty()) {
      throw new InvalidRequestException(
          "REQUEST_INVALID",
          String.join("; ", faults),
          "correct the options; nothing was started",
          null);
    }
  }
}
