package dev.framepack.bench.reproduce.suite;

import dev.framepack.engine.InvalidRequestException;
import dev.framepack.weights.MessageText;
import java.util.List;

/** A suite that cannot be run as written; every fault is told at once. */
public final class SuiteException extends InvalidRequestException {
  private final List<String> faults;

  SuiteException(String code, String source, List<String> faults) {
    super(
        code,
        "%s: %s".formatted(source, String.join("; ", faults)),
        faults.size() == 1 ? "correct it" : "correct all %s faults".formatted(faults.size()),
        null);
    this.faults = faults.stream().map(MessageText::escape).toList();
  }

  /** One line each: line, column, key, expected, found, remedy. */
  public List<String> faults() {
    return faults;
  }
}
