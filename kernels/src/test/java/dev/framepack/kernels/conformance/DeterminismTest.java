package dev.framepack.kernels.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.kernels.Backend;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same bits whatever the thread count, and every time. What the order of warps and blocks is to
 * a device, {@code gpu.EmulatedKernelTest} tries.
 */
class DeterminismTest {

  static List<BackendUnderTest> backends() {
    return BackendUnderTest.cpu();
  }

  @ParameterizedTest
  @MethodSource("backends")
  void threadCountAndRepetitionChangeNoBit(BackendUnderTest tested) {
    try (Backend one = tested.withThreads().apply(1);
        Backend two = tested.withThreads().apply(2);
        Backend three = tested.withThreads().apply(3)) {
      for (OpCase entry : OpCases.everyType()) {
        MemorySegment expected = CaseRunner.run(one, entry);
        assertSame(entry, "1 thread again", expected, CaseRunner.run(one, entry));
        assertSame(entry, "2 threads", expected, CaseRunner.run(two, entry));
        assertSame(entry, "2 threads again", expected, CaseRunner.run(two, entry));
        assertSame(entry, "3 threads", expected, CaseRunner.run(three, entry));
      }
    }
  }

  private static void assertSame(
      OpCase entry, String what, MemorySegment expected, MemorySegment found) {
    assertThat(expected.mismatch(found))
        .as("first differing byte of %s with %s", entry, what)
        .isEqualTo(-1);
  }
}
