package dev.framepack.kernels.conformance;

import dev.framepack.kernels.tensor.DType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The table: every operation at small and odd sizes, with every option, mask and epilogue, in place
 * where that is allowed. A new operation, or a shape that once went wrong, gets its line here.
 */
public final class OpCases {
  private OpCases() {}

  /** How many cases of one operation stand for each one that {@link #sample} keeps. */
  private static final int THINNING = 5;

  /** The table as it is written, in F32. */
  public static List<OpCase> all() {
    return Stream.of(table(), KernelPathCases.all()).flatMap(List::stream).toList();
  }

  private static List<OpCase> table() {
    return Stream.of(
            LinearCases.all(),
            AttentionCases.all(),
            VolumeCases.all(),
            NormCases.all(),
            ElementwiseCases.all(),
            CopyCases.all())
        .flatMap(List::stream)
        .toList();
  }

  /** The table with every float operand that may be of another type in that type. */
  public static List<OpCase> all(DType dtype) {
    return in(dtype, all());
  }

  private static List<OpCase> in(DType dtype, List<OpCase> cases) {
    return dtype == DType.F32
        ? cases
        : cases.stream().flatMap(entry -> HalfCases.of(entry, dtype).stream()).toList();
  }

  /**
   * Some cases of every operation in {@code dtype}, other ones for BF16 than for F16, and all of
   * those that are there for their kernels.
   */
  public static List<OpCase> sample(DType dtype) {
    Map<String, Integer> seen = new HashMap<>();
    Stream<OpCase> thinned =
        in(dtype, table()).stream()
            .filter(entry ->
                seen.merge(entry.op().name(), 1, Integer::sum) % THINNING == dtype.ordinal());
    return Stream.concat(thinned, in(dtype, KernelPathCases.all()).stream()).toList();
  }

  /** The whole table in F32 and samples of it in BF16 and F16: what every backend is held to. */
  public static List<OpCase> everyType() {
    return Stream.of(all(), sample(DType.BF16), sample(DType.F16)).flatMap(List::stream).toList();
  }

  /** Cases of one operation, by its {@link dev.framepack.kernels.op.Op#name}, of every type. */
  public static List<OpCase> named(String opName) {
    return named(opName, everyType());
  }

  /** All cases of one operation in one type. */
  public static List<OpCase> named(String opName, DType dtype) {
    return named(opName, all(dtype));
  }

  private static List<OpCase> named(String opName, List<OpCase> cases) {
    return cases.stream().filter(entry -> entry.op().name().equals(opName)).toList();
  }
}
