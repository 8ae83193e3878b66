package dev.framepack.kernels.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.cpu.reference.ReferenceBackend;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every case on every backend, by the rule of {@link Conformance}. */
class OpConformanceTest {
  private static final Backend REFERENCE = new ReferenceBackend(1);
  private static final Conformance CONFORMANCE = new Conformance(REFERENCE);

  @AfterAll
  static void close() {
    REFERENCE.close();
  }

  @TestFactory
  Stream<DynamicContainer> everyBackendMeetsEveryCase() {
    return BackendUnderTest.all().stream()
        .map(tested -> DynamicContainer.dynamicContainer(tested.name(), tests(tested)));
  }

  private Stream<DynamicTest> tests(BackendUnderTest tested) {
    return OpCases.everyType().stream()
        .map(entry -> DynamicTest.dynamicTest(entry.toString(), () -> check(tested, entry)));
  }

  void check(BackendUnderTest tested, OpCase entry) {
    try (Backend backend = tested.withThreads().apply(2)) {
      Conformance.Verdict verdict = CONFORMANCE.check(backend, entry);
      assertThat(verdict.fault()).as("%s", entry).isEmpty();
      assertThat(verdict.error())
          .as("relative L2 of the worst row of %s", entry)
          .isLessThanOrEqualTo(verdict.allowed());
    }
  }
}
