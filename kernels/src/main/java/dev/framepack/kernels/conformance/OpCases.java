package dev.framepack.kernels.conformance;

import java.util.List;
import java.util.stream.Stream;

/**
 * The table: every operation at small and odd sizes, with every option, mask and epilogue, in place
 * where that is allowed. A new operation, or a shape that once went wrong, gets its line here.
 */
public final class OpCases {
  private OpCases() {}

  public static List<OpCase> all() {
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

  /** Cases of one operation, by its {@link dev.framepack.kernels.op.Op#name}. */
  public static List<OpCase> named(String opName) {
    return all().stream().filter(entry -> entry.op().name().equals(opName)).toList();
  }
}
