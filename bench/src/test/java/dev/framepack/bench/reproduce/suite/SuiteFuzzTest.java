package dev.framepack.bench.reproduce.suite;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;

/** A suite is what its YAML says, or every fault of it is told in a line of its own. */
final class SuiteFuzzTest {
  private static final Path FOLDER = Path.of("/nowhere");

  @FuzzTest(maxDuration = "", maxExecutions = 10_000_000)
  void suite(byte[] yaml) {
    try {
      SuiteReader.read(new String(yaml, UTF_8), "suite.yaml", FOLDER);
    } catch (SuiteException e) {
      for (String fault : e.faults()) {
        if (fault.chars().anyMatch(Character::isISOControl)) {
          throw new AssertionError("no line: " + fault, e);
        }
      }
    }
  }
}
