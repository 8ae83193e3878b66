package dev.framepack.kernels.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.cpu.reference.ReferenceBackend;
import dev.framepack.kernels.op.Cast;
import dev.framepack.kernels.tensor.BFloat16;
import dev.framepack.kernels.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every case on every backend against the float64 reference: no NaN that the reference has not, at
 * most twice the error of a naive float32 computation, nothing read or written beyond the operands.
 */
class OpConformanceTest {
  /** Of a row's norm: a few units in the last place, where the naive computation happens to hit. */
  private static final double LUCK = 5e-7;

  private final Map<OpCase, Expected> expected = new HashMap<>();

  /** What the reference says, and what a naive float32 computation makes of it. */
  private record Expected(MemorySegment reference, Optional<float[]> naive) {

    static Expected of(OpCase entry) {
      try (Backend reference = new ReferenceBackend(1)) {
        return new Expected(CaseRunner.run(reference, entry), NaiveFloat32.run(Operands.of(entry)));
      }
    }
  }

  @TestFactory
  Stream<DynamicContainer> everyBackendMeetsEveryCase() {
    return BackendUnderTest.all().stream()
        .map(tested -> DynamicContainer.dynamicContainer(tested.name(), tests(tested)));
  }

  private Stream<DynamicTest> tests(BackendUnderTest tested) {
    return OpCases.all().stream()
        .map(entry -> DynamicTest.dynamicTest(entry.toString(), () -> check(tested, entry)));
  }

  void check(BackendUnderTest tested, OpCase entry) {
    Expected right = expected.computeIfAbsent(entry, Expected::of);
    try (Backend backend = tested.withThreads().apply(2)) {
      MemorySegment found = CaseRunner.run(backend, entry);
      if (right.naive.isPresent()) {
        checkRounded(
            entry, Errors.floats(right.reference), Errors.floats(found), right.naive.get());
      } else {
        checkExact(entry, right.reference, found);
      }
    }
  }

  private static void checkRounded(OpCase entry, float[] expected, float[] found, float[] naive) {
    int special = Errors.firstSpecialMismatch(expected, found);
    assertThat(special)
        .as(() -> "special values of %s: %s".formatted(entry, Errors.at(expected, found, special)))
        .isEqualTo(-1);
    long row = entry.outputType().shape().rank() == 0 ? 1 : entry.outputType().shape().dim(-1);
    double allowed = 2 * Errors.worstRow(expected, naive, row) + LUCK;
    assertThat(Errors.worstRow(expected, found, row))
        .as("relative L2 of the worst row of %s", entry)
        .isLessThanOrEqualTo(allowed);
  }

  private static void checkExact(OpCase entry, MemorySegment expected, MemorySegment found) {
    if (entry.op() instanceof Cast cast) {
      assertThat(widen(found, cast.target())).isEqualTo(widen(expected, cast.target()));
    } else {
      assertThat(expected.mismatch(found)).as("first differing byte of %s", entry).isEqualTo(-1);
    }
  }

  /** As floats, which makes every NaN equal: payloads may differ. */
  private static float[] widen(MemorySegment bytes, DType dtype) {
    if (dtype == DType.F32) {
      return bytes.toArray(ValueLayout.JAVA_FLOAT);
    }
    short[] halves = bytes.toArray(ValueLayout.JAVA_SHORT);
    float[] wide = new float[halves.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = dtype == DType.BF16 ? BFloat16.toFloat(halves[i]) : Float.float16ToFloat(halves[i]);
    }
    return wide;
  }
}
