package dev.framepack.kernels.conformance;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.op.Cast;
import dev.framepack.kernels.op.Dequantize;
import dev.framepack.kernels.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The rule every backend is held to. Against the float64 reference: no NaN that the reference has
 * not, at most twice the error of a naive float32 computation, nothing read or written beyond the
 * operands.
 *
 * <p>In BF16 and F16 both see the same rounded inputs, the naive result is rounded to the type at
 * the end, and luck is half a unit in the last place more: a naive result may hit the reference
 * exactly where the best possible one, rounded once, is that far away.
 */
public final class Conformance {
  /** Of a row's norm: a few units in the last place, where the naive computation happens to hit. */
  private static final double LUCK = 5e-7;

  /**
   * What came of one case.
   *
   * @param error relative L2 of the worst row; 0 for operations without arithmetic
   * @param allowed largest error that passes
   * @param fault what else is wrong, or empty
   * @param where of what did not pass: which rows and elements, or empty
   */
  public record Verdict(double error, double allowed, String fault, String where) {
    public boolean passed() {
      return fault.isEmpty() && error <= allowed;
    }
  }

  /**
   * What is right.
   *
   * @param exact bytes of operations without arithmetic
   * @param reference the reference on the inputs as they are, unrounded but to float32
   * @param naive what a naive float32 computation makes of them, rounded to the output's type
   */
  private record Expected(MemorySegment exact, float[] reference, Optional<float[]> naive) {

    static Expected of(Backend definition, OpCase entry) {
      DType dtype = entry.outputType().dtype();
      Optional<float[]> naive =
          NaiveFloat32.run(Operands.of(entry)).map(values -> HalfPrecision.rounded(values, dtype));
      return naive.isEmpty()
          ? new Expected(CaseRunner.run(definition, entry), new float[0], naive)
          : new Expected(
              MemorySegment.NULL,
              Errors.floats(CaseRunner.run(definition, HalfPrecision.widened(entry))),
              naive);
    }
  }

  private final Backend definition;
  private final Map<OpCase, Expected> expected = new ConcurrentHashMap<>();

  /**
   * @param definition the reference backend; stays the caller's
   */
  public Conformance(Backend definition) {
    this.definition = definition;
  }

  /**
   * Computes what is right for a case, so that checking it takes no longer than the backend.
   *
   * @param reference another reference backend, for a thread of its own
   */
  public void expect(Backend reference, OpCase entry) {
    expected.computeIfAbsent(entry, e -> Expected.of(reference, e));
  }

  /** Runs a case and judges it. */
  public Verdict check(Backend backend, OpCase entry) {
    return check(backend, entry, 0);
  }

  /** Likewise, with every operand {@code elementsOff} of its elements behind a 64-byte boundary. */
  public Verdict check(Backend backend, OpCase entry, int elementsOff) {
    Expected right = expected.computeIfAbsent(entry, e -> Expected.of(definition, e));
    MemorySegment found = CaseRunner.run(backend, entry, elementsOff);
    return right.naive().isPresent()
        ? rounded(entry, right.reference(), found, right.naive().get())
        : exact(entry, right.exact(), found);
  }

  private static Verdict rounded(
      OpCase entry, float[] reference, MemorySegment bytes, float[] naive) {
    DType dtype = entry.outputType().dtype();
    float[] found = HalfPrecision.floats(bytes, dtype);
    float[] representable = HalfPrecision.rounded(reference, dtype);
    float[] expected = Errors.finiteWhere(representable, reference);
    long row = entry.outputType().shape().rank() == 0 ? 1 : entry.outputType().shape().dim(-1);
    double luck = dtype == DType.F32 ? LUCK : LUCK + HalfPrecision.unitRoundoff(dtype);
    double allowed = 2 * Errors.worstRow(expected, naive, row) + luck;
    int special = Errors.firstSpecialMismatch(representable, found);
    double error = Errors.worstRow(expected, found, row);
    return new Verdict(
        error,
        allowed,
        special < 0 ? "" : "special values: " + Errors.at(representable, found, special),
        error <= allowed ? "" : Errors.where(expected, found, row, allowed));
  }

  private static Verdict exact(OpCase entry, MemorySegment expected, MemorySegment found) {
    if (entry.op() instanceof Cast || entry.op() instanceof Dequantize) {
      // As floats, which makes every NaN equal: payloads may differ.
      DType target = entry.outputType().dtype();
      boolean equal =
          Arrays.equals(
              HalfPrecision.floats(found, target), HalfPrecision.floats(expected, target));
      return new Verdict(0, 0, equal ? "" : "values differ", "");
    }
    long mismatch = expected.mismatch(found);
    return new Verdict(0, 0, mismatch < 0 ? "" : "first differing byte: " + mismatch, "");
  }
}
