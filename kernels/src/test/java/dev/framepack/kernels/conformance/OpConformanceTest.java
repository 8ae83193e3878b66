package dev.framepack.kernels.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.cpu.reference.ReferenceBackend;
import dev.framepack.kernels.op.Cast;
import dev.framepack.kernels.tensor.DType;
import java.lang.foreign.MemorySegment;
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
 *
 * <p>In BF16 and F16 both see the same rounded inputs, the naive result is rounded to the type at
 * the end, and luck is half a unit in the last place more: a naive result may hit the reference
 * exactly where the best possible one, rounded once, is that far away.
 */
class OpConformanceTest {
  /** Of a row's norm: a few units in the last place, where the naive computation happens to hit. */
  private static final double LUCK = 5e-7;

  private final Map<OpCase, Expected> expected = new HashMap<>();

  /**
   * What is right.
   *
   * @param exact bytes of operations without arithmetic
   * @param reference the reference on the inputs as they are, unrounded but to float32
   * @param naive what a naive float32 computation makes of them, rounded to the output's type
   */
  private record Expected(MemorySegment exact, float[] reference, Optional<float[]> naive) {

    static Expected of(OpCase entry) {
      DType dtype = entry.outputType().dtype();
      Optional<float[]> naive =
          NaiveFloat32.run(Operands.of(entry)).map(values -> HalfPrecision.rounded(values, dtype));
      try (Backend backend = new ReferenceBackend(1)) {
        return naive.isEmpty()
            ? new Expected(CaseRunner.run(backend, entry), new float[0], naive)
            : new Expected(
                MemorySegment.NULL,
                Errors.floats(CaseRunner.run(backend, HalfPrecision.widened(entry))),
                naive);
      }
    }
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
    Expected right = expected.computeIfAbsent(entry, Expected::of);
    try (Backend backend = tested.withThreads().apply(2)) {
      MemorySegment found = CaseRunner.run(backend, entry);
      if (right.naive.isPresent()) {
        checkRounded(entry, right.reference, found, right.naive.get());
      } else {
        checkExact(entry, right.exact, found);
      }
    }
  }

  private static void checkRounded(
      OpCase entry, float[] reference, MemorySegment bytes, float[] naive) {
    DType dtype = entry.outputType().dtype();
    float[] found = HalfPrecision.floats(bytes, dtype);
    float[] representable = HalfPrecision.rounded(reference, dtype);
    int special = Errors.firstSpecialMismatch(representable, found);
    assertThat(special)
        .as(() ->
            "special values of %s: %s".formatted(entry, Errors.at(representable, found, special)))
        .isEqualTo(-1);
    float[] expected = Errors.finiteWhere(representable, reference);
    long row = entry.outputType().shape().rank() == 0 ? 1 : entry.outputType().shape().dim(-1);
    double luck = dtype == DType.F32 ? LUCK : LUCK + HalfPrecision.unitRoundoff(dtype);
    double allowed = 2 * Errors.worstRow(expected, naive, row) + luck;
    assertThat(Errors.worstRow(expected, found, row))
        .as("relative L2 of the worst row of %s", entry)
        .isLessThanOrEqualTo(allowed);
  }

  private static void checkExact(OpCase entry, MemorySegment expected, MemorySegment found) {
    if (entry.op() instanceof Cast cast) {
      // As floats, which makes every NaN equal: payloads may differ.
      assertThat(HalfPrecision.floats(found, cast.target()))
          .isEqualTo(HalfPrecision.floats(expected, cast.target()));
    } else {
      assertThat(expected.mismatch(found)).as("first differing byte of %s", entry).isEqualTo(-1);
    }
  }
}
