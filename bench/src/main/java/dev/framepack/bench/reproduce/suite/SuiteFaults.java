package dev.framepack.bench.reproduce.suite;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a suite file. */
final class SuiteFaults {
  private final String source;
  private final List<String> faults = new ArrayList<>();

  /**
   * @param source name of the file
   */
  SuiteFaults(String source) {
    this.source = source;
  }

  /**
   * @param path keys from the root, such as {@code variants[2].steps}; empty for the whole file
   * @param text expected, found and remedy
   */
  void add(YamlNode.Place place, String path, String text) {
    faults.add(
        "line %s column %s%s: %s"
            .formatted(place.line(), place.column(), path.isEmpty() ? "" : " " + path, text));
  }

  /**
   * @throws SuiteException with all that was collected, if anything was
   */
  void throwIfAny() {
    if (!faults.isEmpty()) {
      throw new SuiteException("SUITE_INVALID", source, faults);
    }
  }
}
